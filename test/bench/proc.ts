import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** User and system time so far, and the memory that it holds now. */
export type ProcessUse = { readonly cpuMs: number; readonly memoryBytes: number }

const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4_096

/** Of another process, from Linux's /proc: it has no other way to say. */
export function useOfProcess(pid: number | undefined): ProcessUse {
  const proc = join('/proc', String(pid))
  // The name in parentheses may hold anything; the fields begin behind it.
  const fields = readFileSync(join(proc, 'stat'), 'utf8').split(') ').at(-1)!.split(' ')
  const [user = NaN, system = NaN] = fields.slice(11, 13).map(Number)
  const pages = Number(readFileSync(join(proc, 'statm'), 'utf8').split(' ')[1])
  return { cpuMs: ((user + system) / TICKS_PER_SECOND) * 1_000, memoryBytes: pages * PAGE_BYTES }
}

/** Of a process and those that it started. Files in memory, Node itself above all, are the same for all and count once. */
export function useOfFamily(pid: number): ProcessUse {
  const family = familyOf(pid)
  const files = family.map((one) => kilobytesOf(one, 'RssFile') * 1_024)
  const uses = family.map(useOfProcess)
  return {
    cpuMs: uses.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    memoryBytes: uses.reduce((sum, { memoryBytes }, i) => sum + memoryBytes - files[i]!, Math.max(...files)),
  }
}

function familyOf(pid: number): number[] {
  const children = readFileSync(join('/proc', String(pid), 'task', String(pid), 'children'), 'utf8')
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(familyOf)]
}

/** 0 where there is none: a process that has just ended holds nothing. */
const kilobytesOf = (pid: number, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
