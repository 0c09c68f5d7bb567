import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ArchiveRecord } from '#shared/domain/archive-record.ts'
import { createArchiveFiles } from '../../cdk/local/archive-files.ts'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import { buildOnce } from '../bundles.ts'
import { v1 } from '../ingest/events.ts'
import {
  call,
  makeDataDir,
  playUntilAcked,
  readAll,
  removeDataDir,
  TEST_ADMIN_KEY,
  until,
} from './harness.ts'
import { silent } from '../silent-log.ts'

const dataDir = makeDataDir()
afterAll(() => removeDataDir(dataDir))

const recordsIn = (folder: string): ArchiveRecord[] =>
  globSync('records/day=*/*.ndjson.gz', { cwd: folder })
    .toSorted()
    .flatMap((file) =>
      gunzipSync(readFileSync(join(folder, file)))
        .toString()
        .split('\n')
        .slice(0, -1),
    )
    .map((line) => JSON.parse(line) as ArchiveRecord)

describe('the archive of embedded mode', () => {
  const deviceId = '9170000001'
  let embedded: Embedded
  const start = async (archive = true): Promise<void> => {
    embedded = await startEmbedded(
      { host: '127.0.0.1', tcpPort: 0, httpPort: 0, dataDir, batchWindowSeconds: 0, events: false, archive },
      silent,
      { adminKey: TEST_ADMIN_KEY, archiveWindowSeconds: 0 },
    )
  }
  const archived = (count: number): Promise<ArchiveRecord[]> =>
    until(
      async () => recordsIn(join(dataDir, 'archive')).filter(({ kind }) => kind === 'frame'),
      (records) => records.length >= count,
    )
  const send = (ageMs: number): Promise<string> =>
    playUntilAcked(embedded.tcpPort, Buffer.from(v1(Date.now() - ageMs, { id: deviceId })).toString())

  beforeAll(buildOnce)
  afterAll(() => embedded.close())

  it('contains every frame that the API returns, and none twice after a restart', async () => {
    await start()
    await send(50_000)
    await archived(1)
    await embedded.close()
    // Off for a while: the log keeps what it misses.
    await start(false)
    await send(40_000)
    await embedded.close()
    await start()
    await send(30_000)
    const records = await archived(3)
    const frames = await until(
      () => readAll(embedded, `/v1/devices/${deviceId}/frames?order=asc`),
      (items) => items.filter(({ kind }) => kind === 'frame').length === 3,
    )
    const stored = frames.filter(({ kind }) => kind === 'frame')
    expect(records.map(({ session_id, seq, raw_text }) => [session_id, seq, raw_text])).toEqual(
      stored.map(({ sessionId, seq, text }) => [sessionId, seq, text]),
    )
    expect(records.map(({ decoder }) => decoder)).not.toContain(null)
  })

  it('is readable by its owner only', () => {
    for (const file of globSync('archive/**', { cwd: dataDir })) {
      expect([file, statSync(join(dataDir, file)).mode & 0o077]).toEqual([file, 0])
    }
  })

  it('gets no more frames of a deleted device', async () => {
    await call(embedded, `/v1/devices/${deviceId}`, { method: 'DELETE' })
    const before = recordsIn(join(dataDir, 'archive')).length
    await call(embedded, '/v1/devices', { method: 'POST', body: [{ deviceId: '9170000002' }] })
    await playUntilAcked(embedded.tcpPort, Buffer.from(v1(Date.now(), { id: '9170000002' })).toString())
    const records = await archived(4)
    expect(records.slice(before).map(({ device_id }) => device_id)).not.toContain(deviceId)
  })
})

describe('archive files', () => {
  it('are one for each day and start, with compressed lines', () => {
    const folder = join(dataDir, 'files')
    let now = Date.UTC(2026, 10, 29, 23, 59, 59)
    const write = createArchiveFiles(folder, () => now)
    write(Buffer.from('{"id":"a"}\n'))
    write(Buffer.from('{"id":"b"}\n'))
    now += 2_000
    write(Buffer.from('{"id":"c"}\n'))
    expect(globSync('records/**/*.gz', { cwd: folder }).toSorted()).toEqual([
      'records/day=2026-11-29/2026-11-29T23-59-59-000Z.ndjson.gz',
      'records/day=2026-11-30/2026-11-29T23-59-59-000Z.ndjson.gz',
    ])
    expect(recordsIn(folder).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(existsSync(join(folder, 'errors'))).toBe(false)
  })
})
