import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { campaignEvents } from '#shared/domain/campaign.ts'
import { EVENT_SOURCE } from '#shared/bus/event-bus.ts'
import type { Command } from '#shared/domain/command.ts'
import type { SessionReport } from '#shared/domain/command-messages.ts'
import { toAppEvent, toDetail, type BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue, eventTypes, keptEventTypes } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import { eventSchema } from '../../lambdas/api/events/schema.ts'
import { createControl } from '../../lambdas/control/control.ts'
import { requestSummary } from '../../lambdas/control/sweep.ts'
import { alarmEffect, presenceEffects, toBusEvent } from '../../lambdas/ingest/effects.ts'
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
import { makeEvent } from '../ingest/events.ts'

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

/** One event of each type that ingest makes. */
function ingested(): BusEvent[] {
  const event = makeEvent({ raw: new Uint8Array() })
  const alarm = (kind: 'alarm-raised' | 'alarm-cleared') =>
    alarmEffect(event, null, { kind, number: 1, model: null, point: null }, false)
  return [
    alarm('alarm-raised'),
    alarm('alarm-cleared'),
    ...presenceEffects(event, false, true),
    ...presenceEffects(event, true, false),
  ].map(toBusEvent)
}

/** A campaign to which everything has happened that may happen to one. */
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
  await publishCampaign(deviceId)
  t.clock.now = start + 25 * 60 * MINUTE
  await control(sweepEvent)
  await requestSummary(t.parts, { scope: deviceId, version: 1, dueAt: start })
  return t.events
}

it('events have the types and details that OPERATIONS.md documents', () => {
  expect(documented).toEqual(inCatalogue)
})

it('events have the data that the description of the API says, and no other', async () => {
  const made = new Map([...ingested(), ...(await controlled())].map((event) => [event.type, event]))
  for (const [type, event] of made) {
    const asApp = toAppEvent(event, start)
    expect([type, eventSchema.parse(asApp)]).toEqual([type, asApp])
    expect([type, Object.keys(event.data).toSorted()]).toEqual([type, namesOf(type)])
    expect(toDetail(event)).toMatchObject({ id: event.id, type, deviceId: event.deviceId })
  }
  const elsewhere: readonly EventType[] = [
    'device.added',
    'device.removed',
    'device.moved',
    'unknown-device.seen',
    'setting.not-kept',
    'webhook.disabled',
  ]
  expect(new Set([...made.keys(), ...elsewhere])).toEqual(new Set(eventTypes))
})

/** As EventBridge matches a pattern: a list names the values that a field may have, an object goes one level down. */
const matches = (pattern: object, value: any): boolean =>
  Object.entries(pattern).every(([name, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(value?.[name]) : matches(wanted as object, value?.[name]),
  )

it('the rule that OPERATIONS.md shows matches raised alarms of ours, and no others', () => {
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
  const others = [alarm('alarm-raised', true), alarm('alarm-cleared', false), ...ingested().slice(2)]
  expect([isMatched(alarm('alarm-raised', false)), others.map(isMatched)]).toEqual([
    true,
    others.map(() => false),
  ])
})

it('every example of the catalogue is one that the description of the API accepts', () => {
  for (const type of eventTypes) {
    const event = { id: 'x', type, at: start, deviceId: null, data: eventCatalogue[type].example } as BusEvent
    const asApp = toAppEvent(event, start)
    expect(eventSchema.parse(asApp)).toEqual(asApp)
  }
})

const namesOf = (type: EventType): string[] => Object.keys(eventCatalogue[type].example).toSorted()
