import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode, frameOf } from '#h02'
import { importSourceOf } from '#shared/domain/imported.ts'
import { emptyState } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createApiClient } from '../../cdk/tools/api-client.ts'
import { findUtcOffset, readTraccarLog } from '../../cdk/tools/import/from-traccar-log.ts'
import { makeFrame } from '../../cdk/tools/import/made-frame.ts'
import { readImport } from '../../cdk/tools/import/options.ts'
import { runImport } from '../../cdk/tools/import/run.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { ADMIN_KEY, startApi, startFleet } from '../api/fakes.ts'
import { serveApp } from '../api/serve-app.ts'
import { inRecords, makeEvent, v1 } from '../ingest/events.ts'
import { startTraccar, TRACCAR_TOKEN } from './traccar-stand-in.ts'

const HOUR_MS = 3_600_000
/** Some days ago, a full hour. */
const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 100 * HOUR_MS
const at = (ms: number): string => new Date(ms).toISOString().slice(0, 19)

const dir = mkdtempSync(join(tmpdir(), 'h02-import-'))
let api: Awaited<ReturnType<typeof startApi>>
let server: Awaited<ReturnType<typeof serveApp>>
beforeAll(async () => {
  const fleet = await startFleet()
  const history = createHistoryReader({ client: fleet.client, table: 'telemetry' })
  api = await startApi({ fleet, history })
  server = await serveApp(api.app)
})
afterAll(async () => {
  server.close()
  await api.close()
  rmSync(dir, { recursive: true })
})

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const action = readImport(args, { TRACCAR_TOKEN })
  if (action.kind !== 'import') throw new Error(JSON.stringify(action))
  const lines: string[] = []
  const code = await runImport(action, {
    api: createApiClient(server.url, ADMIN_KEY),
    target: { client: api.client, table: 'telemetry' },
    say: (line) => void lines.push(line),
  })
  return { code, out: lines.join('\n') }
}
const register = async (deviceId: string, more: object = {}): Promise<void> => {
  const { status } = await api.call('POST', '/v1/devices', { body: { deviceId, ...more } })
  expect(status).toBe(201)
}
const positionsOf = async (deviceId: string): Promise<any[]> =>
  (await api.call('GET', `/v1/devices/${deviceId}/positions?order=asc&limit=1000`)).json.items
const framesOf = async (deviceId: string): Promise<any[]> =>
  (await api.call('GET', `/v1/devices/${deviceId}/frames?order=asc&limit=500`)).json.items
/** Everything that is stored of a device. */
const itemsOf = async (deviceId: string): Promise<unknown> =>
  (
    await api.client.send(
      new QueryCommand({
        TableName: 'telemetry',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': deviceId },
      }),
    )
  ).Items
let files = 0
const fileWith = (text: string): string => {
  const file = join(dir, `${++files}`)
  writeFileSync(file, text)
  return file
}

describe('a frame made from an imported position', () => {
  const position = fc.record({
    fixTime: fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2079, 11, 31) }),
    valid: fc.boolean(),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    speedKnots: fc.option(fc.double({ min: 0, max: 999, noNaN: true })),
    course: fc.option(fc.integer({ min: 0, max: 359 })),
    statusWord: fc.option(fc.constantFrom('FFFFBBFF', 'FBFFFBFD')),
  })

  it('decodes to the position that it was made from', () => {
    fc.assert(
      fc.property(position, (fix) => {
        const raw = makeFrame('9170000000', fix)
        if (raw === null) {
          expect([fix.latitude + 0, fix.longitude + 0]).toEqual([0, 0])
          return
        }
        const decoded = decode(frameOf(raw))
        if (!decoded.ok) throw new Error(decoded.detail)
        const { message } = decoded
        expect([message.id, message.maker, decoded.warnings]).toEqual(['9170000000', 'IM', []])
        expect(message.status?.word ?? null).toBe(fix.statusWord)
        const read = message.position!
        expect(read.fixTime).toBe(Math.floor(fix.fixTime / 1_000) * 1_000)
        expect([read.valid, read.course]).toEqual([fix.valid, fix.course])
        if (read.latitude !== null && read.longitude !== null) {
          expect(Math.abs(read.latitude - fix.latitude)).toBeLessThanOrEqual(0.000_000_6)
          expect(Math.abs(read.longitude - fix.longitude)).toBeLessThanOrEqual(0.000_000_6)
        } else expect(Math.abs(fix.latitude) + Math.abs(fix.longitude)).toBeLessThan(0.000_002)
        if (fix.speedKnots === null) expect(read.speedKnots).toBeNull()
        else expect(Math.abs(read.speedKnots! - fix.speedKnots)).toBeLessThanOrEqual(0.005_001)
      }),
    )
  })

  it('is not made from a position without coordinates', () => {
    const fix = {
      fixTime: start,
      valid: true,
      latitude: 1,
      longitude: 1,
      speedKnots: null,
      course: null,
    }
    for (const wrong of [
      { latitude: 91 },
      { longitude: Number.NaN },
      { fixTime: Number.NaN },
      { latitude: 0, longitude: 0 },
    ])
      expect(makeFrame('1', { ...fix, statusWord: null, ...wrong })).toBeNull()
  })
})

describe('the import from Traccar', () => {
  const stored = (ms: number, more: object = {}) => ({
    protocol: 'h02',
    serverTime: `${at(ms + 1_000)}.250+00:00`,
    fixTime: `${at(ms)}.000+00:00`,
    valid: true,
    latitude: 46.050755,
    longitude: 14.505307,
    speed: 16.2,
    course: 157,
    attributes: { status: 0xffffbfff, ignition: true },
    ...more,
  })

  it('stores positions by day, skips repeats, and keeps the frame where there is one', async () => {
    const [one, other] = ['8100000001', '8100000002']
    await register(one)
    const traccar = await startTraccar([one, other])
    const hour = (n: number): number => start + n * HOUR_MS
    const raw = Buffer.from(v1(hour(31), { id: one }))
    traccar.store(one, stored(hour(0)))
    // A message without a position: Traccar repeats the last one.
    traccar.store(one, stored(hour(0), { attributes: { result: 'SET OK' } }))
    traccar.store(one, stored(hour(30), { latitude: -46.1, valid: false, attributes: {} }))
    traccar.store(one, stored(hour(31), { attributes: { raw: raw.toString('hex') } }))
    traccar.store(other, stored(hour(1)))

    const args = ['--traccar', traccar.url, '--from', at(start) + 'Z']
    const dry = await run(...args, '--dry-run')
    expect(dry).toEqual({ code: 0, out: expect.stringContaining(`${one}: 3 would be imported`) })
    expect(await itemsOf(one)).toEqual([])

    expect(await run(...args)).toEqual({ code: 0, out: expect.stringContaining(`${one}: 3 imported`) })
    const [first] = await positionsOf(one)
    expect(first).toMatchObject({
      fixTime: `${at(hour(0))}Z`,
      receivedAt: `${at(hour(0) + 1_000)}.250Z`,
      latitude: 46.050755,
      longitude: 14.505307,
      speedKnots: 16.2,
      course: 157,
      statusWord: 'FFFFBFFF',
      ignitionOn: true,
      receptions: 1,
    })
    const frames = await framesOf(one)
    expect(frames.map(({ imported, message }) => [imported, message.maker])).toEqual([
      ['traccar', 'IM'],
      ['traccar', 'IM'],
      ['traccar-frames', 'HQ'],
    ])
    expect(frames[2].text).toBe(raw.toString())
    expect(await itemsOf(other)).toEqual([])
    await traccar.close()
  })

  it('changes nothing when it is repeated, and adds new positions', async () => {
    const deviceId = '8100000003'
    await register(deviceId)
    const traccar = await startTraccar([deviceId])
    const args = ['--traccar', traccar.url, '--ids', deviceId, '--from', at(start) + 'Z']
    for (const minute of [0, 1, 5])
      traccar.store(deviceId, stored(start + minute * 60_000, { latitude: minute }))
    await run(...args)
    const before = await itemsOf(deviceId)
    const named = (await framesOf(deviceId)).map(({ text, seq }) => [text, seq])
    expect((await run(...args)).out).toContain('0 imported, 3 were there already')
    expect(await itemsOf(deviceId)).toEqual(before)

    traccar.store(deviceId, stored(start + 3 * 60_000, { latitude: 3 }))
    expect((await run(...args)).out).toContain('1 imported, 3 were there already')
    expect((await positionsOf(deviceId)).map(({ latitude }) => latitude)).toEqual([0, 1, 3, 5])
    // Rows keep their numbers: cursors and ids that were given out stay valid.
    expect((await framesOf(deviceId)).map(({ text, seq }) => [text, seq])).toEqual(
      expect.arrayContaining(named),
    )
    await traccar.close()
  })

  it('refuses positions older than the retention of the history, and reports it', async () => {
    const deviceId = '8100000004'
    await register(deviceId)
    const traccar = await startTraccar([deviceId])
    traccar.store(deviceId, stored(Date.now() - 31 * 24 * HOUR_MS))
    const args = [
      '--traccar',
      traccar.url,
      '--from',
      at(Date.now() - 40 * 24 * HOUR_MS) + 'Z',
      '--retention',
      '30',
    ]
    const { code, out } = await run(...args)
    expect([code, out]).toEqual([1, expect.stringContaining('1 refused: older than the 30 days')])
    expect(await itemsOf(deviceId)).toEqual([])
    await traccar.close()
  })
})

describe('an import of positions', () => {
  const csv = (deviceId: string, ms: number): string =>
    fileWith(
      `deviceId,time,lat,lon\n${deviceId},${at(ms)}Z,1.5,2.5\n${deviceId},${at(ms + 60_000)}Z,1.6,2.5\n`,
    )

  it('sets the last position only for devices without one', async () => {
    const [empty, driving] = ['8100000011', '8100000012']
    await register(empty)
    await register(driving)
    const telemetry = createTelemetryStore({ client: api.client, table: 'telemetry' })
    const event = makeEvent({ deviceId: driving, receivedAt: start, raw: v1(start - 5_000, { id: driving }) })
    const folded = fold(emptyState(driving), inRecords([event]), { retentionDays: 365 })
    expect(await telemetry.saveState(folded.state, folded)).toBe(true)
    const stateOf = async (): Promise<unknown> => (await telemetry.loadStates([driving])).get(driving)
    const before = await stateOf()

    for (const deviceId of [empty, driving]) {
      expect(await run('--csv', csv(deviceId, start + HOUR_MS))).toMatchObject({ code: 0 })
      expect(await positionsOf(deviceId)).toHaveLength(deviceId === empty ? 2 : 3)
    }
    expect(await stateOf()).toEqual(before)
    const { json } = await api.call('GET', `/v1/devices/${empty}`)
    expect(json).toMatchObject({
      lastSeen: null,
      online: false,
      lastPosition: { latitude: 1.6, longitude: 2.5 },
    })
  })

  it('uses UTC, whatever the clock of the tracker shows', async () => {
    const deviceId = '8100000013'
    await register(deviceId, { overrides: { utcOffsetMinutes: 480 } })
    await run('--csv', csv(deviceId, start))
    const wanted = [`${at(start)}Z`, `${at(start + 60_000)}Z`]
    const times = async (): Promise<unknown> => (await positionsOf(deviceId)).map(({ fixTime }) => fixTime)
    expect(await times()).toEqual(wanted)
    await api.call('PATCH', `/v1/devices/${deviceId}`, { body: { overrides: { utcOffsetMinutes: -300 } } })
    expect(await times()).toEqual(wanted)
    expect((await framesOf(deviceId))[0].message.position.fixTime).toBe(wanted[0])
  })

  it('skips devices that are not registered here', async () => {
    const { code, out } = await run('--csv', csv('8100000019', start))
    expect([code, out]).toEqual([
      1,
      expect.stringContaining('not registered here, so left out: 8100000019 (2)'),
    ])
    expect(await itemsOf('8100000019')).toEqual([])
  })
})

describe('the import of a Traccar log', () => {
  const deviceId = '8100000021'
  const v1At = (ms: number): string => Buffer.from(v1(ms, { id: deviceId })).toString()
  const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex')
  /** As a server whose zone is UTC+2 writes it. */
  const local = (ms: number): string => at(ms + 2 * HOUR_MS).replace('T', ' ')
  async function* linesOf(text: string): AsyncGenerator<string> {
    yield* text.split('\n')
  }
  const read = async (text: string, utcOffsetMinutes = 0) => {
    const entries = []
    const refused = new Map<string, number>()
    for await (const entry of readTraccarLog(linesOf(text), { port: '5013', utcOffsetMinutes }, refused))
      entries.push({ ...entry, text: Buffer.from(entry.raw).toString('latin1') })
    return { entries, refused }
  }

  it.each([
    ['6: text', `[T74776a63: h02 < 192.0.2.7] ${v1At(start)}`],
    ['6: hex', `[T74776a63: h02 < 192.0.2.7] ${hex(v1At(start))}`],
    ['4 and 5', `[884C1CD0: h02 < 192.0.2.7] HEX: ${hex(v1At(start))}`],
    ['3', `[884C1CD0: 5013 < 192.0.2.7] HEX: ${hex(v1At(start))}`],
    ['2', `[5013 <- 192.0.2.7] - HEX: ${hex(v1At(start))}`],
    ['1', `[5013 <- 192.0.2.7] - (HEX: ${hex(v1At(start))})`],
  ])('reads the log as version %s wrote it', async (_, line) => {
    const { entries } = await read(`${local(start)}  INFO: ${line}`, 120)
    expect(entries).toMatchObject([
      { deviceId, receivedAt: start, source: 'traccar-frames', text: v1At(start) },
    ])
  })

  it('joins frames that came in pieces, by connection', async () => {
    const [first, rest] = [v1At(start).slice(0, 20), v1At(start).slice(20)]
    const other = v1At(start + 1_000).replaceAll(deviceId, '8100000022')
    const reply = `*HQ,${deviceId},SMS,IP:192.0.2.1 5013\nGSM:20#`
    const { entries, refused } = await read(
      [
        `${local(start)}  INFO: [T00000001] connected`,
        `${local(start)}  INFO: [T00000001: h02 < 192.0.2.7] ${hex(first)}`,
        `${local(start)}  INFO: [T00000002: h02 < 192.0.2.8] ${other}`,
        `${local(start)}  INFO: [T00000001: h02 < 192.0.2.7] ${hex(rest)}`,
        `${local(start)}  INFO: [T00000001: h02 > 192.0.2.7] *HQ,${deviceId},V4,V1,20260101000000#`,
        `${local(start)}  INFO: [T00000001: gt06 < 192.0.2.7] ${hex(v1At(start))}`,
        `${local(start)}  INFO: [T00000001] id: ${deviceId}, time: 2026-11-29 10:16:14, lat: 46.05041`,
        `${local(start)}  INFO: [T00000001: h02 < 192.0.2.7] ${reply.replace('\n', '\\n')}`,
        `${local(start)} DEBUG: [T00000001: h02 < 192.0.2.7] HEX: 2a48512c38$`,
        `${local(start)}  INFO: [T00000001] disconnected`,
      ].join('\n'),
    )
    expect(entries.map(({ deviceId, text }) => [deviceId, text])).toEqual([
      ['8100000022', other],
      [deviceId, v1At(start)],
      [deviceId, reply],
    ])
    expect([...refused]).toEqual([['lines that were cut off in the log', 1]])
  })

  it('finds the time zone by the clocks of the trackers, even where some were offline', async () => {
    const line = (sent: number, received: number): string =>
      `${local(received)}  INFO: [T00000001: h02 < 192.0.2.7] ${v1At(sent)}`
    const live = [0, 10, 20].map((s) => line(start + s * 1_000, start + s * 1_000 + 2_000))
    const late = [0, 1].map((s) => line(start - 3 * HOUR_MS + s, start + s))
    expect(await findUtcOffset(linesOf([...late, ...live].join('\n')), '5013')).toBe(120)
    expect(await findUtcOffset(linesOf('nothing'), '5013')).toBeNull()
  })

  it('imports the received frames, once together with positions of the database', async () => {
    await register(deviceId)
    const frames = [0, 10, 20].map((s) => v1At(start + s * 1_000))
    const file = fileWith('')
    for (const [i, frame] of frames.entries())
      appendFileSync(
        file,
        `${local(start + i * 10_000 + 1_000)}  INFO: [T00000001: h02 < 192.0.2.7] ${frame}\r\n`,
      )
    const { code, out } = await run('--traccar-log', file)
    expect([code, out]).toEqual([0, expect.stringContaining('its clock is 120 minutes ahead of UTC')])
    expect((await framesOf(deviceId)).map(({ text }) => text)).toEqual(frames)
    expect(
      (await framesOf(deviceId)).every(({ sessionId }) => importSourceOf(sessionId) === 'traccar-frames'),
    ).toBe(true)
    expect((await run('--traccar-log', file, '--utc-offset', '+02:00')).out).toContain(
      '0 imported, 3 were there',
    )
  })
})

describe('the import of files', () => {
  it('GPX: reads our own exports, and those of others', async () => {
    const [from, to] = ['8100000031', '8100000032']
    await register(from)
    await register(to)
    const lines = [0, 1, 2].map((i) => `${at(start + i * 10_000)}Z,${46 + i / 1_000},-14.5,36,${i * 90}`)
    await run('--csv', fileWith(['time,lat,lon,speed,course', ...lines].join('\n')), '--device', from)
    const gpx = (await api.call('GET', `/v1/devices/${from}/positions?format=gpx`)).text
    expect(await run('--gpx', fileWith(gpx), '--device', to)).toMatchObject({ code: 0 })
    const shown = async (deviceId: string) =>
      (await positionsOf(deviceId)).map(({ fixTime, latitude, longitude, speedKmh, course }) => ({
        fixTime,
        latitude,
        longitude,
        course,
        kmh: Math.round(speedKmh),
      }))
    expect(await shown(to)).toEqual(await shown(from))
    expect(await shown(to)).toMatchObject([{ kmh: 36, course: 0 }, { course: 90 }, { course: 180 }])

    const old = `<gpx version="1.0"><!-- <trkpt lat="9" lon="9"><time>${at(start)}Z</time></trkpt> -->
      <wpt lon='2.25' lat='1.25'><time>${at(start + HOUR_MS)}+00:00</time><speed>10</speed><course>90.5</course></wpt>
      <trkpt lat="5" lon="6"/><trkpt lat="95" lon="6"><time>${at(start)}Z</time></trkpt></gpx>`
    const { out } = await run('--gpx', fileWith(old), '--device', to)
    expect(out).toContain(`${to}: 1 imported`)
    expect(out).toContain('1 left out: points without a time')
    expect(out).toContain('1 left out: without a place or a time')
    expect((await positionsOf(to)).at(-1)).toMatchObject({
      latitude: 1.25,
      longitude: 2.25,
      speedKmh: 36.003,
    })
  })

  it('CSV: reads our own exports', async () => {
    const [from, to] = ['8100000033', '8100000034']
    await register(from)
    await register(to)
    await run('--csv', fileWith(`time,lat,lon,speed\n${at(start)}Z,46,14,36\n`), '--device', from)
    const csv = (await api.call('GET', `/v1/devices/${from}/positions?format=csv`)).text
    await run('--csv', fileWith(csv), '--device', to)
    expect(await positionsOf(to)).toEqual(await positionsOf(from))
  })

  it('CSV: accepts other column names, units and zones, and guesses none', async () => {
    const deviceId = '8100000035'
    await register(deviceId)
    const local = at(start + 8 * HOUR_MS).replace('T', ' ')
    const vendor = `Zeit;Breite;Länge;Tempo(mph);Richtung\n${local};46,5;14,5;10;90\n${local};46.5;14.5;10;90\n`
    const columns = 'time=Zeit,lat=Breite,lon=Länge,speed=Tempo(mph),course=Richtung'
    const args = ['--csv', fileWith(vendor), '--device', deviceId]
    await expect(run(...args)).rejects.toThrow('no column for time, lat, lon')
    await expect(run(...args, '--columns', columns)).rejects.toThrow('has no time zone')
    const { out } = await run(...args, '--columns', columns, '--speed-unit', 'mph', '--utc-offset', '+0800')
    expect(out).toContain('1 imported')
    expect(out).toContain('1 left out: without a place or a time')
    expect(await positionsOf(deviceId)).toMatchObject([
      { fixTime: `${at(start)}Z`, latitude: 46.5, speedKmh: 16.094, course: 90 },
    ])
    const american = fileWith(`time,lat,lon\n11/29/2026 10:00:00,1,2\n`)
    expect((await run('--csv', american, '--device', deviceId)).out).toContain('lines without a time')
  })
})

describe('options of the import', () => {
  it.each([
    [[], 'Use exactly one of'],
    [['--gpx', 'x', '--csv', 'y'], 'Use exactly one of'],
    [['--gpx', 'x'], '--device is required'],
    [['--gpx', 'x', '--device', '12a'], 'not a device id'],
    [['--traccar', 'http://x'], '--token is missing'],
    [['--csv', 'x', '--speed-unit', 'lightyears'], '--speed-unit must be'],
    [['--csv', 'x', '--columns', 'zeit=Zeit'], '--columns must be'],
    [['--csv', 'x', '--utc-offset', 'CET'], '--utc-offset must be'],
    [['--csv', 'x', '--retention', '1'], '--retention must be'],
    [['--traccar', 'http://x', '--token', 't', '--from', 'yesterday'], '--from must be'],
  ])('%j', (args, problem) => {
    expect(readImport(args, {})).toEqual({ kind: 'problem', problem: expect.stringContaining(problem) })
  })
})
