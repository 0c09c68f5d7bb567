import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A fault that tests once missed: its change, and the test file that must fail with it. */
type Fault = {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly test: string
}

const H02 = 'lambdas/shared/h02'
const DOMAIN = 'lambdas/shared/domain'

export const faults: readonly Fault[] = [
  {
    name: 'BatchGet ignores UnprocessedKeys',
    file: 'lambdas/shared/store/batch-get.ts',
    from: 'unread = answer.UnprocessedKeys?.[table]?.Keys ?? []',
    to: 'unread = []',
    test: 'test/store/batch-get.test.ts',
  },
  {
    name: 'a PutRecords result without a sequence number counts as stored',
    file: 'container/uplink/put-records.ts',
    from: 'answer.Records?.[i]?.SequenceNumber === undefined',
    to: 'answer.Records?.[i]?.ErrorCode !== undefined',
    test: 'test/container/uplink.test.ts',
  },
  {
    name: 'no back-off after a refusal',
    file: 'container/uplink/forwarder.ts',
    from: 'bucket.notBefore = now() + longest * (0.5 + Math.random() / 2)',
    to: 'bucket.notBefore = now() + longest * 0',
    test: 'test/container/uplink.test.ts',
  },
  {
    name: 'orphan frames unbounded',
    file: 'container/sessions/socket-sessions.ts',
    from: 'MAX_ORPHAN_BYTES = 8 * 1024',
    to: 'MAX_ORPHAN_BYTES = 8 * 1024 * 1024',
    test: 'test/container/edges.test.ts',
  },
  {
    name: 'a silence of 5 ms ends a record',
    file: `${H02}/framer.ts`,
    from: 'const SILENCE_MS = 50',
    to: 'const SILENCE_MS = 5',
    test: 'test/h02/framer.test.ts',
  },
  {
    name: 'frames without an id go to the first device of the socket',
    file: 'container/sessions/socket-sessions.ts',
    from: 'this.lastSession = session\n',
    to: 'this.lastSession ??= session\n',
    test: 'test/container/edges.test.ts',
  },
  {
    name: 'speeds above 100 knots are refused',
    file: `${H02}/messages/position-body.ts`,
    from: 'MAX_KNOTS = 1000',
    to: 'MAX_KNOTS = 100',
    test: 'test/h02/decode.test.ts',
  },
  {
    name: '29 February in any year',
    file: `${H02}/time.ts`,
    from: 'if (month === 2 && day === 29 && !leap) return null',
    to: '',
    test: 'test/h02/decode.test.ts',
  },
  {
    name: 'years 70 to 79 are of the last century',
    file: `${H02}/time.ts`,
    from: '(yy >= 80 ?',
    to: '(yy >= 70 ?',
    test: 'test/h02/decode.test.ts',
  },
  {
    name: 'late after 14 minutes',
    file: `${DOMAIN}/fix-time.ts`,
    from: 'receivedAt - fixTime > 15 * MINUTE_MS',
    to: 'receivedAt - fixTime > 14 * MINUTE_MS',
    test: 'test/domain/fix-time.test.ts',
  },
  {
    name: 'the last position moves on an equal fix time',
    file: 'lambdas/ingest/positions.ts',
    from: 'countsAs(next) > countsAs(newest)',
    to: 'countsAs(next) >= countsAs(newest)',
    test: 'test/ingest/fold.test.ts',
  },
  {
    name: 'history ends after 500 chunks',
    file: 'lambdas/shared/store/history-rows.ts',
    from: '} while (start)',
    to: '} while (false)',
    test: 'test/store/batch-get.test.ts',
  },
  {
    name: 'a timeline of 40,000 items',
    file: `${DOMAIN}/timeline.ts`,
    from: 'const MAX_ITEMS = 200',
    to: 'const MAX_ITEMS = 40_000',
    test: 'test/domain/timeline.test.ts',
  },
  {
    name: 'parked within 5 km',
    file: `${DOMAIN}/interlock.ts`,
    from: 'MAX_PARKED_METERS = 50',
    to: 'MAX_PARKED_METERS = 5_000',
    test: 'test/domain/interlock.test.ts',
  },
  {
    name: 'a refusal as busy is final',
    file: `${DOMAIN}/refusal.ts`,
    from: 'busy: true',
    to: 'busy: false',
    test: 'test/domain/command-life.test.ts',
  },
  {
    name: 'one frame is enough for a restart',
    file: 'container/commands/conductor/effects.ts',
    from: 'FRAMES_WITHOUT_BOOT = 3',
    to: 'FRAMES_WITHOUT_BOOT = 1',
    test: 'test/container/conductor.test.ts',
  },
]

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A copy of the tracked files, so that faults are never put into the real tree. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'h02-seeded-'))
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  })
  for (const file of listed.toString().split('\n').filter(Boolean))
    cpSync(join(root, file), join(copy, file), { recursive: true, force: true, errorOnExist: false })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

const runTest = (copy: string, file: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts']
    const child = spawn(process.execPath, [...args, '--root', '.', '--bail', '1', file], {
      cwd: copy,
      stdio: 'ignore',
    })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })

/** Puts each fault in and runs its test: if the test passes, the tests have a gap. Arguments: parts of names. */
export const run = async (wanted: readonly string[]): Promise<boolean> => {
  const copy = copyTree()
  let caught = true
  try {
    const chosen = faults.filter(
      ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
    )
    for (const test of new Set(chosen.map(({ test }) => test))) {
      if ((await runTest(copy, test)) === 0) continue
      console.log(`BROKEN  ${test} fails without any fault`)
      caught = false
    }
    for (const { name, file, from, to, test } of chosen) {
      const path = join(copy, file)
      const source = readFileSync(path, 'utf8')
      if (source.split(from).length !== 2) {
        console.log(`STALE   ${name}: ${file} does not contain it once`)
        caught = false
        continue
      }
      writeFileSync(
        path,
        source.replace(from, () => to),
      )
      const code = await runTest(copy, test)
      writeFileSync(path, source)
      console.log(`${code === 0 ? 'MISSED' : 'CAUGHT'}  ${name} (${test})`)
      caught &&= code !== 0
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  return caught
}
