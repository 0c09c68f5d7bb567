import fc from 'fast-check'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { archiveFields, type ArchiveColumnType, type ArchiveRecord } from '#shared/domain/archive-record.ts'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import type { KinesisEvent } from '#shared/log-batch.ts'
import { readDevices } from '#shared/store/device-item.ts'
import { createDeviceRegistry } from '#shared/store/devices.ts'
import type { RegisteredDevice } from '#shared/store/registered-device.ts'
import { createTombstones } from '#shared/store/tombstones.ts'
import { startFirehose, type FirehoseStandIn } from '../../cdk/local/stand-ins/firehose.ts'
import { createArchive } from '../../lambdas/archive/archive.ts'
import { createDelivery } from '../../lambdas/archive/delivery.ts'
import { MAX_PACKET_BYTES, pack } from '../../lambdas/archive/pack.ts'
import { toRecords, type ArchivedDevice } from '../../lambdas/archive/to-records.ts'
import { bytesOf, commandVectors, frameVectors, replyVectors } from '../h02/vectors.ts'
import { makeEvent, toKinesisEvent, v1 } from '../ingest/events.ts'
import { startStore } from '../store/start-store.ts'

const at = Date.UTC(2026, 0, 10, 12)
const device: ArchivedDevice = {
  deviceId: '9170000001',
  model: null,
  seenModel: null,
  password: '483920',
  overrides: { ignitionWiring: 'normal', utcOffsetMinutes: 0 },
}
const frameOf = (raw: Uint8Array | string, more: Partial<SessionEvent> = {}): SessionEvent =>
  makeEvent({ deviceId: device.deviceId, receivedAt: at, raw: Buffer.from(raw as string), ...more })

const isOf: Readonly<Record<ArchiveColumnType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bigint: Number.isSafeInteger,
  int: (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31,
  double: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  'array<string>': (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
}
const wrongFields = (record: ArchiveRecord): string[] =>
  (Object.keys(archiveFields) as (keyof typeof archiveFields)[]).filter(
    (name) => record[name] !== null && !isOf[archiveFields[name].type](record[name]),
  )

describe('a record of the archive', () => {
  it('has the fields of the table, with values of their types, for every vector', () => {
    const vectors = [...frameVectors, ...replyVectors, ...commandVectors]
    expect(vectors.length).toBeGreaterThan(200)
    for (const vector of vectors) {
      const kind = vector.direction === 'down' ? 'written' : 'frame'
      for (const record of toRecords(frameOf(bytesOf(vector), { kind }), device)) {
        expect(Object.keys(record).toSorted()).toEqual(Object.keys(archiveFields).toSorted())
        expect([vector.name, wrongFields(record)]).toEqual([vector.name, []])
      }
    }
  })

  it('has values of the right types for damaged frames, too', () => {
    const vectors = fc.constantFrom(...frameVectors.map(bytesOf))
    const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 5 })
    const kinds = fc.constantFrom('frame' as const, 'rest' as const, 'written' as const)
    fc.assert(
      fc.property(vectors, damage, kinds, (bytes, damage, kind) => {
        const raw = Uint8Array.from(bytes)
        for (const { at, byte } of damage) raw[at % raw.length] = byte
        for (const record of toRecords(frameOf(raw, { kind }), device))
          expect(wrongFields(record)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('has the decoded values of a frame beside its bytes', () => {
    const raw = v1(at - 60_000, { id: device.deviceId, status: 'FFFFFBFD' })
    const [record, ...more] = toRecords(frameOf(raw, { sessionId: 's1', seq: 7, ack: 'R12' }), device)
    expect(more).toEqual([])
    expect(record).toMatchObject({
      id: 's1/7',
      gateway_id: 'g1',
      device_id: device.deviceId,
      received_at: '2026-01-10T12:00:00.000Z',
      fix_time: '2026-01-10T11:59:00.000Z',
      trusted: true,
      valid: true,
      latitude: 42.353503,
      ignition_on: false,
      alarms: ['sos'],
      type: 'V1',
      ack: 'R12',
      raw_text: Buffer.from(raw).toString(),
      raw_hex: null,
      length: raw.length,
    })
    expect(record!.decoder).toMatch(/./)
  })

  it('has a row for each stored position, and bytes once per frame', () => {
    const batch =
      '*HQ,9170000001,BC,052825,138,A,2239.4210,N,11400.8825,E,0.00,348,03182512,FFFFFFFF,1CC,0,25FC,F48;' +
      'V,2239.4210,S,11400.8825,W,1.00,348,03182612,FFFFFFFD,1CC,0,25FC,F48;#'
    const [whole, ...points] = toRecords(frameOf(batch), device)
    expect(points).toHaveLength(2)
    expect(new Set([whole!.id, ...points.map(({ id }) => id)]).size).toBe(points.length + 1)
    expect(points.map(({ point }) => point)).toEqual(points.map((_, i) => i))
    expect(whole).toMatchObject({ point: null, raw_text: expect.stringContaining(',BC,') })
    for (const point of points) expect(point).toMatchObject({ raw_text: null, raw_hex: null })
  })

  it('corrects clock and ignition by the settings in the registry', () => {
    const local = { ...device, overrides: { ignitionWiring: 'inverted' as const, utcOffsetMinutes: 120 } }
    const [record] = toRecords(frameOf(v1(at + 120 * 60_000)), local)
    expect(record).toMatchObject({ fix_time: '2026-01-10T12:00:00.000Z', trusted: true, ignition_on: true })
  })

  it('has no ignition if the wire is not connected', () => {
    const unwired = { ...device, overrides: { ignitionWiring: 'none' as const, utcOffsetMinutes: 0 } }
    for (const status of ['FFFFFFFF', 'FFFFFBFF'])
      expect(toRecords(frameOf(v1(at, { status })), unwired)).toMatchObject([
        { status_word: status, ignition_on: null },
      ])
  })

  it('keeps undecodable frames, bytes outside of frames, and sessions', () => {
    expect(toRecords(frameOf('*HQ,9170000001,ZZZ,1#'), device)).toMatchObject([{ reason: 'unknown-type' }])
    const rest = frameOf(Buffer.from([0, 255, 1]), { kind: 'rest', length: 900 })
    expect(toRecords(rest, device)).toMatchObject([{ raw_text: null, raw_hex: '00ff01', length: 900 }])
    const opened = frameOf('203.0.113.9 ST-906L', { kind: 'opened' })
    expect(toRecords(opened, device)).toMatchObject([
      { kind: 'opened', raw_text: '203.0.113.9 ST-906L', length: null },
    ])
  })

  it.each([
    ['written', '8044839200 20'],
    ['written', '7774839200000'],
    ['written', '803483920 internet user87 pass93'],
    ['written', 'A1,+491701234567'],
    ['frame', '*HQ,9170000001,SMS,PASSWORD:483920#'],
    ['frame', '*HQ,9170000001,V4,S71,101010,483920,+491701234567#'],
    ['rest', 'ok 483920 by +491701234567'],
  ] as const)('contains no secret: %s %s', (kind, text) => {
    const line = JSON.stringify(toRecords(frameOf(text, { kind }), device))
    for (const secret of ['483920', '1701234567', 'user87', 'pass93']) expect(line).not.toContain(secret)
  })
})

describe('packing of archive records', () => {
  it('keeps every line, whole and in order, in a few packets within the limit', () => {
    const texts = fc.array(
      fc.string({ maxLength: 60 }).map((text) => JSON.stringify(text)),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(texts, fc.integer({ min: 400, max: 900 }), (texts, maxBytes) => {
        const packets = pack(
          texts.map((text, i) => ({ text, sequence: String(i) })),
          maxBytes,
        )
        const sizes = packets.map(({ data }) => data.length)
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(maxBytes)
        // Two consecutive ones would not fit into one.
        for (const [i, size] of sizes.slice(1).entries())
          expect(size + sizes[i]!).toBeGreaterThan(maxBytes - 400)
        expect(Buffer.concat(packets.map(({ data }) => data)).toString()).toBe(
          texts.map((text) => `${text}\n`).join(''),
        )
        let line = 0
        for (const { data, firstSequence } of packets) {
          expect(firstSequence).toBe(String(line))
          line += data.toString().split('\n').length - 1
        }
      }),
    )
  })
})

describe('the archive function', () => {
  const deviceIds = ['9170000001', '9170000002', '9170000003']
  let store: Awaited<ReturnType<typeof startStore>>
  let firehose: FirehoseStandIn
  let written = ''
  let calls = 0
  /** The results of records in the first calls; later calls accept everything. */
  let faults: ((index: number) => boolean)[] = []
  let isDown = false
  const counts = new Map<string, number>()
  const metrics = { count: (name: string, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by) }

  beforeAll(async () => {
    store = await startStore()
    firehose = await startFirehose({
      write: (bytes) => {
        if (isDown) throw new Error('down')
        written += bytes.toString()
      },
      refuses: (index) => faults[calls - 1]?.(index) ?? false,
      onCall: () => void (calls += 1),
    })
    vi.stubEnv('AWS_ENDPOINT_URL_FIREHOSE', firehose.endpoint)
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    for (const deviceId of deviceIds) await registry(at - 1_000).put(deviceId, {})
  })
  afterAll(async () => {
    await firehose.close()
    await store.close()
  })
  beforeEach(() => {
    written = ''
    calls = 0
    faults = []
    isDown = false
    counts.clear()
  })

  const fleet = () => ({ client: DynamoDBDocumentClient.from(store.raw), table: 'fleet' })
  const registry = (now: number) => {
    const tombstones = createTombstones({
      client: fleet().client,
      telemetryTable: 'telemetry',
      fleetTable: 'fleet',
    })
    return createDeviceRegistry({ ...fleet(), tombstones, now: () => now })
  }
  const archive = () =>
    createArchive({
      readDevices: (deviceIds) => readDevices(fleet(), deviceIds),
      deliver: createDelivery('stream', 1),
      metrics,
      log: { error: () => {} },
    })
  const records = (): ArchiveRecord[] =>
    written
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as ArchiveRecord)
  const idsOf = (found: readonly ArchiveRecord[]): string[] => found.map(({ id }) => id!)

  const sessionId = makeSessionId(at, 1)
  /** A batch of the log: some events to a record, as a gateway packs them. */
  const batch = (count: number, perRecord = 7, more: Partial<SessionEvent> = {}): KinesisEvent => {
    const events = Array.from({ length: count }, (_, i) =>
      makeEvent({
        sessionId,
        seq: i + 1,
        deviceId: deviceIds[i % deviceIds.length]!,
        receivedAt: at + i,
        raw: v1(at + i),
        ...more,
      }),
    )
    const records = Array.from({ length: Math.ceil(count / perRecord) }, (_, i) =>
      events.slice(i * perRecord, (i + 1) * perRecord),
    )
    return toKinesisEvent(records, 1_000)
  }
  /** Continues like the event source: from the lowest returned record, until none is returned. */
  const deliverAll = async (event: KinesisEvent): Promise<number> => {
    for (let invocations = 1; ; invocations++) {
      const { batchItemFailures } = await archive()(event)
      if (batchItemFailures.length === 0) return invocations
      const from = Math.min(
        ...batchItemFailures.map(({ itemIdentifier }) =>
          event.Records.findIndex(({ kinesis }) => kinesis.sequenceNumber === itemIdentifier),
        ),
      )
      event = { Records: event.Records.slice(from) }
    }
  }
  const wanted = (count: number): string[] => Array.from({ length: count }, (_, i) => `${sessionId}/${i + 1}`)
  /** Enough for several packets and calls. */
  const many = Math.ceil((6 * MAX_PACKET_BYTES) / 600)

  it('delivers every event once, in the order of the log', async () => {
    expect(await archive()(batch(50))).toEqual({ batchItemFailures: [] })
    expect(idsOf(records())).toEqual(wanted(50))
    expect(counts.get('RowsArchived')).toBe(50)
  })

  it('sends only the refused records of a Firehose call again', async () => {
    faults = [(index) => index % 2 === 1]
    expect(await deliverAll(batch(many))).toBe(1)
    expect(calls).toBeGreaterThan(2)
    expect(new Set(idsOf(records()))).toEqual(new Set(wanted(many)))
    expect(records()).toHaveLength(many)
  })

  it('loses nothing when Firehose keeps refusing: the rest is repeated under the same ids', async () => {
    // The second packet of the first call is refused, and then every time.
    faults = [(index) => index === 1, ...Array.from({ length: 4 }, () => () => true)]
    const invocations = await deliverAll(batch(many))
    expect(invocations).toBeGreaterThan(1)
    const delivered = new Set(idsOf(records()))
    expect(wanted(many).filter((id) => !delivered.has(id))).toEqual([])
    expect(idsOf(records()).length).toBeGreaterThan(many)
  })

  it('reports the first record when Firehose is down, and delivers all when it is back', async () => {
    isDown = true
    const event = batch(20)
    expect(await archive()(event)).toEqual({ batchItemFailures: [{ itemIdentifier: '1000' }] })
    expect(calls).toBe(5)
    expect(counts.has('RowsArchived')).toBe(false)
    isDown = false
    expect(await archive()(event)).toEqual({ batchItemFailures: [] })
    expect(idsOf(records())).toEqual(wanted(20))
  })

  it('delivers the records before one that it cannot read, and waits there', async () => {
    const event = batch(21)
    const [first, , last] = event.Records
    const [unknown] = toKinesisEvent([Uint8Array.of(9)], 1_001).Records
    expect(await archive()({ Records: [first!, unknown!, last!] })).toEqual({
      batchItemFailures: [{ itemIdentifier: '1001' }],
    })
    expect(idsOf(records())).toEqual(wanted(7))
  })

  it('delivers only the identity of an event that it cannot read, and continues', async () => {
    const sickly = (deviceIds: readonly string[]) =>
      readDevices(fleet(), deviceIds).then((devices) => {
        const { overrides: _, ...rest } = devices.get('9170000002')!
        return devices.set('9170000002', rest as RegisteredDevice)
      })
    const lines: string[] = []
    const withFault = createArchive({
      readDevices: sickly,
      deliver: createDelivery('stream', 1),
      metrics,
      log: { error: (message) => void lines.push(message) },
    })
    expect(await withFault(batch(3))).toEqual({ batchItemFailures: [] })
    expect(records().map(({ reason, type }) => [reason, type])).toEqual([
      [null, 'V1'],
      ['failed', null],
      [null, 'V1'],
    ])
    expect(records()[1]).toMatchObject({ id: wanted(2)[1], raw_text: null, raw_hex: null })
    expect(lines).toEqual(['event archived without its contents'])
  })

  it('drops what a deleted device sent, even when it is registered again', async () => {
    const deviceId = '9170000009'
    const event = batch(4, 2, { deviceId })
    await registry(at).put(deviceId, {})
    await registry(at + 1).remove(deviceId)
    expect(await archive()(event)).toEqual({ batchItemFailures: [] })
    expect(records()).toEqual([])
    await registry(at + 2).put(deviceId, {})
    await archive()(event)
    expect(idsOf(records())).toEqual(wanted(4).slice(2))
    expect(counts.get('RowsForgotten')).toBe(4 + 2)
  })
})
