/** Measures `npm start` until it reports that it is running: with an empty data folder, then with the data of that start. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildAll } from '../../cdk/build/bundle.ts'
import { embeddedEntry, entries } from '../../cdk/build/entries.ts'
import { printBars } from './bars.ts'
import { say } from './say.ts'
import { median } from './timing.ts'

const TIMES = 5
const MAX_MS = 3_000
const READY = 'The H02 gateway is running.'
const root = join(import.meta.dirname, '../..')

/** Milliseconds from the command to its line; throws with what it printed if it ends before. */
async function startOnce(dataDir: string): Promise<number> {
  const options = ['--data', dataDir, '--tcp-port', '0', '--http-port', '0']
  const begin = performance.now()
  const child = spawn('npm', ['start', '--', ...options], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Its output ends with the last process that it started.
  const ended = once(child, 'close')
  let said = ''
  const ready = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text
        if (said.includes(READY)) resolve(performance.now() - begin)
      })
  })
  const ms = await Promise.race([ready, ended.then(() => null)])
  if (ms === null) throw new Error(`npm start ended before it was running: ${said}`)
  // As Ctrl-C does: npm, its shell and the gateway.
  process.kill(-child.pid!, 'SIGTERM')
  await ended
  return ms
}

async function measure(times: number, dataDirOf: (i: number) => string): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < times; i++) all.push(await startOnce(dataDirOf(i)))
  return all
}

export const run = async (args: readonly string[]): Promise<boolean> => {
  const { values } = parseArgs({
    args: [...args],
    options: { times: { type: 'string', default: String(TIMES) } },
  })
  const times = Number(values.times)
  // What was built before is reused, as by every start but the first one of a clone.
  const begin = performance.now()
  let isBuilt = false
  await buildAll(undefined, [...entries, embeddedEntry], () => (isBuilt = true))
  say(`${isBuilt ? 'built' : 'found built'} in ${((performance.now() - begin) / 1_000).toFixed(1)} s`)
  const folder = mkdtempSync(join(tmpdir(), 'h02-start-'))
  try {
    const fresh = await measure(times, (i) => join(folder, `fresh-${i}`))
    const kept = await measure(times, () => join(folder, 'fresh-0'))
    const show = (all: readonly number[]): string => all.map((ms) => ms.toFixed(0)).join(', ')
    say(`npm start until it is running: empty data folder ${show(fresh)} ms; with data ${show(kept)} ms`)
    return printBars([
      { name: 'npm start, empty data folder: ms until it is running', value: median(fresh), atMost: MAX_MS },
      { name: 'npm start, with data: ms until it is running', value: median(kept), atMost: MAX_MS },
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
