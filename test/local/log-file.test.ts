import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLogFile } from '../../cdk/local/log-file.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
  file = join(folder, 'log.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)

it('log file: keeps five files at most, the newest lines, in order', () => {
  const log = openLogFile(file, { maxBytes: 100 })
  for (let i = 0; i < 500; i++) log.write(`line ${i}`)
  log.close()
  const files = ['log.jsonl.4', 'log.jsonl.3', 'log.jsonl.2', 'log.jsonl.1', 'log.jsonl']
  expect(readdirSync(folder).toSorted()).toEqual(files.toSorted())
  const lines = files.flatMap((name) => linesOf(join(folder, name)))
  expect(lines).toEqual(Array.from({ length: lines.length }, (_, i) => `line ${500 - lines.length + i}`))
  for (const name of files) {
    expect(statSync(join(folder, name)).size).toBeLessThan(120)
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  }
})

it('log file: continues in the file of the last start', () => {
  for (const start of ['one', 'two']) {
    const log = openLogFile(file)
    log.write(start)
    log.close()
  }
  expect(linesOf(file)).toEqual(['one', 'two'])
})

it('log file: counts lines lost on a full disk, and reports them when there is room', () => {
  let room = Number.POSITIVE_INFINITY
  const append = ((handle: number, content: Buffer, offset: number) => {
    if (room === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const written = writeSync(handle, content, offset, Math.min(room, content.length - offset))
    room -= written
    return written
  }) as typeof writeSync
  const log = openLogFile(file, { append })
  log.write('first')
  room = 3
  for (const line of ['second', 'third', 'fourth']) log.write(line)
  room = Number.POSITIVE_INFINITY
  log.write('fifth')
  log.close()
  expect(linesOf(file)).toEqual([
    'first',
    'sec',
    '{"level":"warn","message":"lines could not be written","missing":3}',
    'fifth',
  ])
})

it('log file: never throws', () => {
  const broken = openLogFile(file, {
    append: () => {
      throw new Error('EIO')
    },
  })
  expect(() => broken.write('one')).not.toThrow()
  expect(() => broken.close()).not.toThrow()
})
