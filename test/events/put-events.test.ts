import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import { counted, createPutEvents } from '#shared/events/put-events.ts'
import { createRecordEvents, purgeEvents } from '#shared/store/event-history.ts'
import { startFleet } from '../api/fakes.ts'

const start = Date.UTC(2026, 0, 10, 12)
const DAY = 86_400_000

let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
})
afterAll(() => fleet.close())

let made = 0
let deviceId: string
beforeEach(() => (deviceId = String(8_000_000_000 + made++)))

const none = async () => {}

const eventOf = (type: EventType, at: number, id = `${deviceId}:${type}:${at}`): BusEvent =>
  ({ id, type, at, deviceId, data: eventCatalogue[type].example }) as BusEvent

const stored = async () => {
  const { Items = [] } = await fleet.client.send(new ScanCommand({ TableName: fleet.table }))
  return Items.filter((item) => item.deviceId === deviceId).toSorted((a, b) => a.at - b.at)
}

describe('publishing events', () => {
  it('stores an event once however often it is published, and sends each call to the bus', async () => {
    let now = start + 5
    const onBus: string[] = []
    const putEvents = createPutEvents({
      record: createRecordEvents({ ...fleet, retentionDays: 30, now: () => now }),
      webhooks: none,
      bus: async (events) => void onBus.push(...events.map(({ id }) => id)),
    })
    const events = [eventOf('alarm.raised', start), eventOf('device.silent', start + 1)]
    await putEvents(events)
    now += 60_000
    await putEvents(events)
    const items = await stored()
    expect(items.map(({ id, recordedAt }) => [id, recordedAt])).toEqual(
      events.map(({ id }) => [id, start + 5]),
    )
    expect(items.map(({ ttl }) => ttl)).toEqual([
      (start + 30 * DAY) / 1_000,
      Math.ceil((start + 1) / 1_000) + 30 * 86_400,
    ])
    expect(onBus).toEqual([...events, ...events].map(({ id }) => id))
  })

  it.each([0, 1, 2])('runs a step only after all steps before it succeeded: %d of them', async (working) => {
    const reached: string[] = []
    const step = (name: string, index: number) => async () => {
      if (index === working) throw new Error('it is away')
      reached.push(name)
    }
    const names = ['record', 'webhooks', 'bus'] as const
    const [record, webhooks, bus] = names.map(step)
    const putEvents = createPutEvents({ record: record!, webhooks: webhooks!, bus: bus! })
    await expect(putEvents([eventOf('alarm.raised', start)])).rejects.toThrow('it is away')
    expect(reached).toEqual(names.slice(0, working))
  })

  it('counts events that were published and those that were not', async () => {
    const counts: Record<string, number> = {}
    const count = (name: string, by = 1) => void (counts[name] = (counts[name] ?? 0) + by)
    const both = [eventOf('alarm.raised', start), eventOf('device.silent', start)]
    const failing = counted(() => Promise.reject(new Error('it is away')), { count })
    await expect(failing(both)).rejects.toThrow('it is away')
    await counted(none, { count })(both)
    await counted(none, { count })([])
    expect(counts).toEqual({ EventsNotPublished: 2, EventsPublished: 2 })
  })

  it('keeps positions off the bus, and stores only the newest of a device', async () => {
    const onBus: BusEvent[] = []
    const putEvents = createPutEvents({
      record: createRecordEvents({ ...fleet, retentionDays: 30 }),
      webhooks: none,
      bus: async (events) => void onBus.push(...events),
    })
    for (const at of [start, start + 2_000, start + 1_000]) await putEvents([eventOf('device.moved', at)])
    expect((await stored()).map(({ at }) => at)).toEqual([start + 2_000])
    expect(onBus).toEqual([])
  })

  it('leaves events that can be deleted for one device before a time, and no others', async () => {
    const record = createRecordEvents({ ...fleet, retentionDays: 30 })
    await record([
      eventOf('alarm.raised', start),
      eventOf('device.moved', start),
      eventOf('device.removed', start + 1),
      eventOf('device.added', start + 2),
      eventOf('alarm.raised', start + 3),
    ])
    expect(await purgeEvents(fleet, deviceId, start + 2)).toBe(2)
    expect((await stored()).map(({ type }) => type)).toEqual([
      'device.removed',
      'device.added',
      'alarm.raised',
    ])
  })
})
