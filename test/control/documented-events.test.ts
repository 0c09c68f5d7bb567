import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { campaignEvents } from '#shared/domain/campaign.ts'
import { EVENT_SOURCE } from '#shared/bus/event-bus.ts'
import { noOrigin, type Command } from '#shared/domain/command.ts'
import { desire } from '#shared/domain/desired.ts'
import type { SessionReport } from '#shared/domain/command-messages.ts'
import { toAppEvent, toDetail, type BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue, eventTypes, keptEventTypes } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { toArea } from '#shared/domain/places/place.ts'
import { createTombstones } from '#shared/store/tombstones.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { eventSchema } from '../../lambdas/api/events/schema.ts'
import { createControl } from '../../lambdas/control/control.ts'
import { requestSummary } from '../../lambdas/control/sweep.ts'
import { alarmEffect, presenceEffects, toBusEvent } from '../../lambdas/ingest/effects.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { startApi } from '../api/fakes.ts'
import { campaignsOver, candidate } from '../commands/campaigns.ts'
import {
  MINUTE,
  reportOf,
  sessionOf,
  start,
  startCommands,
  sweepEvent,
  type TestCommands,
} from '../commands/harness.ts'
import { makeEvent, toKinesisEvent, v1 } from '../ingest/events.ts'
import { online, startReceiver, startWorld } from '../webhooks/world.ts'
import { silent } from '../silent-log.ts'

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'cdk/OPERATIONS.md'), 'utf8')
const section = /^## Events\n([^]*?)(?=^## |(?![^]))/m.exec(guide)![1]!
const lines = section.split('\n')
const rows = lines.filter((line) => line.startsWith('| `'))
const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

/** The detail type of each type, and which names its detail has. */
const documented = Object.fromEntries(
  rows.flatMap((row) => {
    const [, types = '', detailTypes = '', texts = ''] = row.split('|')
    const names = quoted(texts).filter((name) => /^[a-z]\w+$/.test(name) && name !== 'open')
    const ofBus = quoted(detailTypes)
    return quoted(types).map((type, i) => [
      type,
      { detailType: ofBus[i] ?? ofBus[0], names: names.toSorted() },
    ])
  }),
)
const inCatalogue = Object.fromEntries(
  keptEventTypes.map((type) => {
    const { detailType, example } = eventCatalogue[type]
    return [type, { detailType, names: Object.keys(example).toSorted() }]
  }),
)

let t: TestCommands
let control: (event: unknown) => Promise<void>
beforeAll(async () => {
  t = await startCommands()
  control = createControl(t.parts)
})
afterAll(() => t.close())

const report = (message: object) => control({ v: 1, ...message, topic: 'h02/local/up/x' })

/** Around the positions of `v1`. */
const stayedIn = toArea({
  placeId: 'pl_000000000001',
  name: 'Depot',
  stayMinutes: 1,
  shape: { type: 'circle', center: { latitude: 42.3535, longitude: -7.8766 }, radiusMeters: 1_000 },
})

/** One event of each type that ingest publishes: a session with an SOS, a visit, a fast drive, a tow, and its end. */
async function ingested(): Promise<BusEvent[]> {
  const published: BusEvent[] = []
  const deviceId = '6900000001'
  const raw = new Uint8Array()
  const session = [
    { kind: 'opened', raw },
    { kind: 'frame', raw: v1(start, { id: deviceId, status: 'FFFFBBFD' }) },
    { kind: 'frame', raw: v1(start + 70_000, { id: deviceId, speed: '060.00', status: 'FFFFBFFF' }) },
    { kind: 'frame', raw: v1(start + 80_000, { id: deviceId, speed: '060.00' }) },
    { kind: 'frame', raw: v1(start + 90_000, { id: deviceId, latitude: '4225.0000' }) },
    { kind: 'frame', raw: v1(start + 100_000, { id: deviceId, latitude: '4225.0000' }) },
    { kind: 'frame', raw: v1(start + 500_000, { id: deviceId, latitude: '4225.0000' }) },
    { kind: 'frame', raw: v1(start + 510_000, { id: deviceId, latitude: '4226.0000' }) },
    { kind: 'frame', raw: v1(start + 520_000, { id: deviceId, latitude: '4226.0000' }) },
    { kind: 'closed', raw },
  ] as const
  const events = session.map((one, i) =>
    makeEvent({ ...one, deviceId, seq: i + 1, receivedAt: start + i * 20_000 + 2_000 }),
  )
  const tombstones = createTombstones({ client: t.client, telemetryTable: 'telemetry', fleetTable: 'fleet' })
  await tombstones.setSpeedLimit(deviceId, 80)
  const ingest = createIngest({
    telemetry: createTelemetryStore({ client: t.client, table: 'telemetry' }),
    parked: createParkedStore({ client: t.client, table: 'telemetry' }),
    deliver: async (effects) => void published.push(...effects.map(toBusEvent)),
    isMovedRequested: async () => true,
    areasOf: async () => () => [stayedIn],
    onSaved: () => {},
    log: silent,
    retentionDays: 400,
  })
  expect(await ingest(toKinesisEvent([events]))).toEqual({ batchItemFailures: [] })
  return published
}

/** One event of each type that the API publishes. */
async function requested(): Promise<BusEvent[]> {
  const published: BusEvent[] = []
  const api = await startApi({ putEvents: async (events) => void published.push(...events) })
  onTestFinished(() => api.close())
  await api.call('POST', '/v1/devices', { body: { deviceId: '6900000002' } })
  await api.call('DELETE', '/v1/devices/6900000002')
  return published
}

/** One event of each type that the deliverer of webhooks publishes: the receiver wants no more. */
async function delivered(): Promise<readonly BusEvent[]> {
  const world = await startWorld()
  const receiver = await startReceiver(() => ({ status: 410 }))
  await world.add({ url: receiver.url })
  await world.putEvents([online('1')])
  await world.run()
  return world.published
}

/** A setting that was sent three times, and that the sweep finds not kept. */
async function neglectSetting(deviceId: string): Promise<void> {
  const { desired } = t.parts
  const made = { deviceId, revision: 'r1', setAt: start, setBy: 'key1', origin: noOrigin }
  expect(await desired.set(null, desire(null, { timeZone: 'E01' }, made))).toBe('saved')
  const before = (await desired.get(deviceId))!
  const timeZone = { ...before.settings.timeZone!, tries: 3, triedAt: start }
  await desired.save(before, { ...before, settings: { timeZone }, wantsCheck: false, checkedAt: start })
}

/** A campaign that has gone through every possible event. */
async function publishCampaign(deviceId: string): Promise<void> {
  const before = await campaignsOver(t).start({}, [candidate(deviceId)])
  const progress = { total: 1, open: 0, counts: {} }
  const unpublished = campaignEvents.map((event) => ({ event, at: start, progress }))
  const after = { ...before, unpublished }
  await t.parts.campaigns.save({ before, after, parts: new Map(), changed: [] })
}

/** One event of each type that control makes. */
async function controlled(): Promise<BusEvent[]> {
  t.events.length = 0
  const deviceId = await t.makeDevice()
  const { command } = (await t.dispatcher.submit(t.order(deviceId))) as { command: Command }
  const written = { written: 'yes', writtenAt: start + 10 } as const
  await report(reportOf(command, { ...written, replyWindowOver: true, verdictDue: true }))
  const reply = { at: start + 900, ok: true, ambiguous: false, late: true }
  await report(reportOf(command, { ...written, replyWindowOver: true, reply }, { n: 2 }))
  await t.sessions.login({ ...sessionOf(2), deviceId })
  await report({
    kind: 'session',
    event: 'contested',
    deviceId,
    ...sessionOf(1),
    epoch: 1,
    at: start + MINUTE,
    ownerAddress: '203.0.113.2',
  } satisfies Omit<SessionReport, 'v'>)
  const reporter = { deviceId, gatewayId: 'gateway1', at: start }
  await report({ kind: 'source-refused', ...reporter, remoteAddress: '192.0.2.1' })
  await report({ kind: 'daily-limit', ...reporter })
  await report({ kind: 'unknown-seen', ...reporter, remoteAddress: '192.0.2.1', sampleType: 'V1' })
  await report({ kind: 'registered', ...reporter })
  await neglectSetting(deviceId)
  await publishCampaign(deviceId)
  t.clock.now = start + 25 * 60 * MINUTE
  await control(sweepEvent)
  await requestSummary(t.parts, { scope: deviceId, version: 1, dueAt: start })
  return t.events
}

it('events have the types and details that OPERATIONS.md documents', () => {
  expect(documented).toEqual(inCatalogue)
})

it('every type of the catalogue is published, with data as in the OpenAPI document', async () => {
  const published = [
    ...(await ingested()),
    ...(await controlled()),
    ...(await requested()),
    ...(await delivered()),
  ]
  for (const event of published) {
    const { type } = event
    const asApp = toAppEvent(event, start)
    expect([type, eventSchema.parse(asApp)]).toEqual([type, asApp])
    expect([type, Object.keys(event.data).toSorted()]).toEqual([type, namesOf(type)])
    expect(toDetail(event)).toMatchObject({ id: event.id, type, deviceId: event.deviceId })
  }
  // For a new type, add the part that publishes it here.
  expect(new Set(published.map(({ type }) => type))).toEqual(new Set(eventTypes))
})

/** As EventBridge matches a pattern: a list names the values that a field may have, an object goes one level down. */
const matches = (pattern: object, value: any): boolean =>
  Object.entries(pattern).every(([name, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(value?.[name]) : matches(wanted as object, value?.[name]),
  )

it('the rule in OPERATIONS.md matches our raised alarms, and no other events', () => {
  const [, pattern = ''] = /--event-pattern '([^']+)'/.exec(section)!
  const event = makeEvent({ raw: new Uint8Array() })
  const alarm = (kind: 'alarm-raised' | 'alarm-cleared', late: boolean) =>
    toBusEvent(alarmEffect(event, null, { kind, number: 1, model: null, point: null }, late))
  const isMatched = (one: BusEvent): boolean =>
    matches(JSON.parse(pattern) as object, {
      source: EVENT_SOURCE,
      'detail-type': eventCatalogue[one.type].detailType,
      detail: JSON.parse(JSON.stringify(toDetail(one))),
    })
  const others = [
    alarm('alarm-raised', true),
    alarm('alarm-cleared', false),
    ...presenceEffects(event, false, true).map(toBusEvent),
    ...presenceEffects(event, true, false).map(toBusEvent),
  ]
  expect([isMatched(alarm('alarm-raised', false)), others.map(isMatched)]).toEqual([
    true,
    others.map(() => false),
  ])
})

it('every example of the catalogue is valid by the OpenAPI document', () => {
  for (const type of eventTypes) {
    const event = { id: 'x', type, at: start, deviceId: null, data: eventCatalogue[type].example } as BusEvent
    const asApp = toAppEvent(event, start)
    expect(eventSchema.parse(asApp)).toEqual(asApp)
  }
})

const namesOf = (type: EventType): string[] => Object.keys(eventCatalogue[type].example).toSorted()
