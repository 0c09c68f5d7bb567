import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import { toHeaderId } from '#shared/domain/webhooks/message.ts'
import { idsOf, moved, offline, online, startReceiver, startWorld, type Request } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const good = () => ({ status: 200 })
const byDevice = (requests: readonly Request[]) => Map.groupBy(idsOf(requests), (id) => id.split(':')[0]!)

describe('webhooks: what is delivered', () => {
  it('an event, signed by Standard Webhooks', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(good)
    const { secret } = await world.add({ url: receiver.url })
    const event = online('1')
    await world.putEvents([event])
    await world.run()
    const [{ body, headers, path }] = receiver.requests as [Request]
    vi.useFakeTimers({ now: world.now(), toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>)
    expect(verified).toEqual({
      id: event.id,
      type: 'device.online',
      version: 1,
      time: new Date(event.at).toISOString(),
      recordedAt: new Date(world.now()).toISOString(),
      deviceId: '1',
      data: event.data,
    })
    expect(path).toBe('/hook')
    expect(headers).toMatchObject({ 'webhook-id': event.id, 'content-type': 'application/json' })
    expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow(
      /signature/,
    )
  })

  it('with the old signature beside the new one for as long as a rotation says', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(good)
    const { webhookId, secret } = await world.add({ url: receiver.url })
    const fresh = await world.store.rotate(webhookId, world.now() + HOUR_MS)
    await world.putEvents([online('1')])
    await world.run()
    world.pass(HOUR_MS)
    await world.putEvents([online('1')])
    await world.run()
    const [during, after] = receiver.requests
    const isSigned = ({ body, headers }: Request, by: string): boolean => {
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
      const signature = new Webhook(by).sign(String(headers['webhook-id']), at, body)
      return String(headers['webhook-signature']).split(' ').includes(signature)
    }
    expect([isSigned(during!, fresh!), isSigned(during!, secret)]).toEqual([true, true])
    expect([isSigned(after!, fresh!), isSigned(after!, secret)]).toEqual([true, false])
  })

  it('the requested types; positions only when named', async () => {
    const world = await startWorld()
    const [all, online1, moves] = await Promise.all([1, 2, 3].map(() => startReceiver(good)))
    await world.add({ url: all!.url })
    await world.add({ url: online1!.url, events: ['device.online'] })
    await world.add({ url: moves!.url, events: ['device.moved'] })
    await world.putEvents([online('1', 1), moved('1', 2), offline('1', 3)])
    await world.run()
    expect(idsOf(all!.requests)).toEqual(['1:aa:1:online', '1:aa:3:offline'])
    expect(idsOf(online1!.requests)).toEqual(['1:aa:1:online'])
    expect(idsOf(moves!.requests)).toEqual(['1:aa:2:moved'])
  })

  it('visits of places and speeding, with the data of the catalogue', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(good)
    const types = ['place.entered', 'speed.exceeded', 'device.moved-parked'] as const
    await world.add({ url: receiver.url, events: ['place.entered', 'speed.exceeded'] })
    await world.putEvents(
      types.map((type) => {
        const { example: data } = eventCatalogue[type]
        return { id: `1:${type}`, type, at: world.now(), deviceId: '1', data } as BusEvent
      }),
    )
    await world.run()
    expect(receiver.requests.map(({ body }) => JSON.parse(body))).toMatchObject(
      (['place.entered', 'speed.exceeded'] as const).map((type) => ({
        id: `1:${type}`,
        type,
        deviceId: '1',
        data: eventCatalogue[type].example,
      })),
    )
  })

  it('only devices that the webhook selects and its key sees, by their current labels', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(good)
    const north = { ids: null, labels: { fleet: 'north' } }
    const { webhookId } = await world.add({ url: receiver.url, limit: north })
    world.labels.set('1', { fleet: 'north' })
    world.labels.set('2', { fleet: 'south' })
    const ofInstallation = {
      id: 'x',
      type: 'webhook.disabled',
      at: 1,
      deviceId: null,
      data: { webhookId: 'wh_0', reason: 'x', failingSince: null },
    } as const
    await world.putEvents([online('1', 1), online('2', 1), online('3', 1), ofInstallation])
    world.labels.set('2', { fleet: 'north' })
    // Later changes cannot extend it beyond the devices of its key.
    await world.store.change(webhookId, { devices: { ids: ['1', '2', '3'], labels: null } })
    await world.putEvents([online('1', 2), online('2', 2), online('3', 2)])
    await world.run()
    expect(idsOf(receiver.requests).toSorted()).toEqual(['1:aa:1:online', '1:aa:2:online', '2:aa:2:online'])
  })

  it('an event once, however often it is published within five minutes', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(good)
    await world.add({ url: receiver.url })
    const event = online('1')
    for (let i = 0; i < 3; i++) await world.putEvents([event])
    await world.run()
    expect(receiver.requests).toHaveLength(1)
  })

  it('nothing to a webhook that was deleted or has expired', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(good)
    const { webhookId } = await world.add({ url: receiver.url })
    const ending = await world.add({ url: receiver.url, expiresAt: world.now() + 1_000 })
    await world.putEvents([online('1')])
    await world.store.remove(webhookId)
    world.pass(1_000)
    await world.run()
    await world.putEvents([online('1')])
    expect(await world.waiting()).toBe(0)
    expect(receiver.requests).toHaveLength(0)
    expect(await world.deliveries.list(ending.webhookId, 100)).toMatchObject([
      { outcome: 'dropped', error: 'the webhook has expired' },
    ])
  })

  it('an event for a webhook that the worker does not know yet', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(good)
    await world.add({ url: receiver.url, events: ['device.offline'] })
    await world.putEvents([offline('1')])
    await world.run()
    await world.add({ url: receiver.url, events: ['device.online'] })
    await world.putEvents([online('1')])
    await world.run()
    expect(receiver.requests).toHaveLength(2)
  })
})

describe('webhooks: failures', () => {
  it.each([
    ['an error', { status: 500, body: 'broken' }, { status: 500, answer: 'broken', error: null }],
    [
      'a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      { status: 307, answer: null, error: null },
    ],
  ])('%s is a failure, and is retried', async (_, answer, listed) => {
    const world = await startWorld()
    const receiver = await startReceiver((_request, n) => (n === 1 ? answer : good()))
    const { webhookId } = await world.add({ url: receiver.url })
    await world.putEvents([online('1')])
    await world.run()
    expect(await world.deliveries.list(webhookId, 100)).toMatchObject([
      { ...listed, outcome: 'failed', attempt: 1, deviceId: '1', type: 'device.online' },
    ])
    world.pass(5_000)
    await world.run()
    expect(idsOf(receiver.requests)).toEqual([idsOf(receiver.requests)[0], idsOf(receiver.requests)[0]])
    expect((await world.deliveries.list(webhookId, 100))[0]).toMatchObject({
      outcome: 'delivered',
      status: 200,
      attempt: 2,
    })
  })

  it('a receiver that does not answer, or never ends its answer, delays no other', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(({ body }) =>
      JSON.parse(body).deviceId === '1'
        ? new Promise(() => {})
        : { status: 200, body: 'x'.repeat(1_000_000) },
    )
    const { webhookId } = await world.add({ url: receiver.url })
    await world.putEvents([online('1'), online('2')])
    await world.run()
    const listed = await world.deliveries.list(webhookId, 100)
    const of = (deviceId: string) => listed.find((one) => one.deviceId === deviceId)
    expect(of('1')).toMatchObject({ outcome: 'failed', status: null, error: 'no whole answer within 2 s' })
    expect(of('2')).toMatchObject({ outcome: 'delivered', answer: 'x'.repeat(1_024) })
  })

  it('a failure keeps the order of its device and does not delay others', async () => {
    const world = await startWorld()
    const failing = new Set(['1'])
    const receiver = await startReceiver(({ body }) => ({
      status: failing.has(JSON.parse(body).deviceId) ? 503 : 200,
    }))
    await world.add({ url: receiver.url })
    await world.putEvents([online('1', 1), online('2', 1), online('1', 2), online('2', 2)])
    await world.run()
    expect(byDevice(receiver.requests).get('1')).toEqual(['1:aa:1:online'])
    expect(byDevice(receiver.requests).get('2')).toEqual(['2:aa:1:online', '2:aa:2:online'])
    failing.clear()
    await world.runFor(MINUTE_MS, 5_000)
    expect(byDevice(receiver.requests).get('1')).toEqual(['1:aa:1:online', '1:aa:1:online', '1:aa:2:online'])
  })

  it('events behind a failed one are not delayed further when they fail too', async () => {
    const world = await startWorld()
    const failed = new Set<string>()
    // Each fails once.
    const receiver = await startReceiver(({ body }) => {
      const { id } = JSON.parse(body)
      const isFirst = !failed.has(id)
      failed.add(id)
      return { status: isFirst ? 500 : 200 }
    })
    await world.add({ url: receiver.url })
    await world.putEvents([online('1', 1), online('1', 2), online('1', 3), online('1', 4)])
    await world.runFor(20_000, 1_000)
    expect(await world.waiting()).toBe(0)
    expect(receiver.requests).toHaveLength(8)
  })

  // The small form of `npm run bench webhooks`.
  it(
    'any order of failures loses nothing and keeps the order of each device',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 25 }),
          fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
          async (deviceIds, chances) => {
            const world = await startWorld()
            const delivered: string[] = []
            const receiver = await startReceiver(({ body }) => {
              if (chances.next().value === 1) return { status: 500 }
              delivered.push(JSON.parse(body).id)
              return good()
            })
            await world.add({ url: receiver.url })
            const events = deviceIds.map((deviceId, n) => online(deviceId, n))
            await world.putEvents(events)
            await world.runFor(2 * HOUR_MS, MINUTE_MS)
            expect(await world.waiting()).toBe(0)
            const ofDevice = (ids: readonly string[], deviceId: string) =>
              ids.filter((id) => id.startsWith(`${deviceId}:`))
            for (const deviceId of ['1', '2', '3'])
              expect(ofDevice(delivered, deviceId)).toEqual(
                ofDevice(
                  events.map(({ id }) => id),
                  deviceId,
                ),
              )
          },
        ),
        { numRuns: 3 },
      )
    },
  )
})

describe('webhooks: a receiver that is down', () => {
  const down = async () => {
    const world = await startWorld()
    let answer = { status: 500 }
    const receiver = await startReceiver(() => answer)
    const { webhookId } = await world.add({ url: receiver.url })
    const recover = () => void (answer = good())
    const devices = Array.from({ length: 12 }, (_, i) => String(i + 1))
    const publish = (n: number) => world.putEvents(devices.map((deviceId) => online(deviceId, n)))
    return {
      world,
      receiver,
      webhookId,
      recover,
      devices,
      publish,
      answerGone: () => void (answer = { status: 410 }),
    }
  }

  it('is tried with growing pauses, one delivery at a time, and gets everything when it is up', async () => {
    const { world, receiver, recover, devices, publish } = await down()
    await publish(1)
    await publish(2)
    await world.runFor(2 * HOUR_MS, 30_000)
    // At first each device fails by itself. Then pauses of 5 s, 30 s, 2, 10, 30 and 60 minutes end with one try each.
    expect(receiver.requests.length).toBeLessThan(3 * devices.length + 8)
    recover()
    await world.runFor(3 * HOUR_MS, MINUTE_MS)
    expect(await world.waiting()).toBe(0)
    for (const [deviceId, ids] of byDevice(receiver.requests)) {
      expect([...new Set(ids)]).toEqual([`${deviceId}:aa:1:online`, `${deviceId}:aa:2:online`])
    }
    expect(world.published).toEqual([])
  })

  it('does not delay another webhook', async () => {
    const { world, publish, devices } = await down()
    const other = await startReceiver(good)
    await world.add({ url: other.url })
    await publish(1)
    await world.run()
    expect(other.requests).toHaveLength(devices.length)
  })

  it('gets no positions from the time in which it is paused', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(() => ({ status: 500 }))
    await world.add({ url: receiver.url, events: ['device.moved', 'device.online'] })
    for (const id of ['1', '2', '3', '4', '5', '6']) await world.putEvents([online(id)])
    await world.runFor(MINUTE_MS, 1_000)
    const before = await world.waiting()
    await world.putEvents([moved('1'), online('1')])
    expect(await world.waiting()).toBe(before + 1)
  })

  it('is disabled after 24 hours, with one event; what waits is dropped and listed', async () => {
    const { world, receiver, webhookId, recover, devices, publish } = await down()
    const listener = await startReceiver(good)
    await world.add({ url: listener.url, events: ['webhook.disabled'] })
    await publish(1)
    await publish(2)
    await world.runFor(23 * HOUR_MS, 15 * MINUTE_MS)
    expect(world.published).toEqual([])
    await world.runFor(8 * HOUR_MS, 15 * MINUTE_MS)
    expect(world.published).toHaveLength(1)
    expect(JSON.parse(listener.requests[0]!.body)).toMatchObject({
      type: 'webhook.disabled',
      data: { webhookId, reason: 'HTTP 500' },
    })
    expect(listener.requests).toHaveLength(1)
    expect(await world.waiting()).toBe(0)
    expect(world.counts.Dropped).toBe(2 * devices.length)
    const dropped = (await world.deliveries.list(webhookId, 100)).filter(
      ({ outcome }) => outcome === 'dropped',
    )
    expect(dropped).toHaveLength(2 * devices.length)
    const { webhook } = (await world.store.get(webhookId))!
    expect(webhook.disabled).toMatchObject({ reason: 'HTTP 500', isPublished: true })

    await publish(3)
    expect(await world.waiting()).toBe(0)
    recover()
    expect(await world.store.enable(webhookId)).toBe(true)
    const asked = receiver.requests.length
    await publish(4)
    await world.run()
    expect(receiver.requests.length - asked).toBe(devices.length)
  })

  it('is disabled at once by 410', async () => {
    const { world, receiver, webhookId, answerGone, publish } = await down()
    answerGone()
    await publish(1)
    await world.run()
    expect(new Set(world.published.map(({ id }) => id)).size).toBe(1)
    expect((await world.store.get(webhookId))?.webhook.disabled?.reason).toBe('HTTP 410')
    expect(receiver.requests.length).toBeLessThanOrEqual(10)
    expect(await world.waiting()).toBe(0)
  })

  it('is reported as disabled, even when the worker died just before', async () => {
    const published: { readonly id: string; readonly at: number }[] = []
    let isDying = true
    const world = await startWorld({
      putEvents: async (events) => {
        if (isDying) throw new Error('died')
        published.push(...events)
      },
    })
    const receiver = await startReceiver(() => ({ status: 410 }))
    const { webhookId } = await world.add({ url: receiver.url })
    await world.putEvents([online('1')])
    await world.run()
    const { at } = (await world.store.get(webhookId))!.webhook.disabled!
    isDying = false
    world.pass(MINUTE_MS)
    await world.run()
    expect(published).toMatchObject([{ id: `${webhookId}:disabled:${at}`, at }])
    expect(await world.waiting()).toBe(0)
  })
})

describe('webhooks: one event that always fails', () => {
  it('is dropped after 24 hours, and those behind it are delivered', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(({ body }) => ({
      status: JSON.parse(body).id === '1:aa:1:online' ? 400 : 200,
    }))
    const { webhookId } = await world.add({ url: receiver.url })
    await world.putEvents([online('1', 1), online('1', 2)])
    for (let hour = 0; hour < 25; hour++) {
      await world.runFor(HOUR_MS, 10 * MINUTE_MS)
      await world.putEvents([online('2', 100 + hour)])
    }
    await world.run()
    expect(idsOf(receiver.requests)).toContain('1:aa:2:online')
    expect(await world.waiting()).toBe(0)
    expect(world.published).toEqual([])
    expect((await world.store.get(webhookId))?.webhook.disabled).toBeNull()
    expect(world.counts.Dropped).toBe(1)
  })
})

describe('webhooks: a slow receiver', () => {
  it('gets few deliveries at once, so that others find a free worker', async () => {
    let running = 0
    let maxRunning = 0
    const world = await startWorld({
      post: async () => {
        maxRunning = Math.max(maxRunning, ++running)
        // Long enough for others to begin, if they may.
        for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setImmediate(resolve))
        running--
        return { status: 200, latencyMs: 9_000, answer: null, error: null }
      },
    })
    await world.add({ url: 'http://127.0.0.1:1/' })
    await world.putEvents([online('0')])
    await world.run()
    maxRunning = 0
    await world.putEvents(Array.from({ length: 30 }, (_, i) => online(String(i + 1))))
    const drain = async () => {
      while (await world.waiting()) {
        await Promise.all([world.runBatch(), world.runBatch(), world.runBatch()])
        world.pass(2_000)
      }
    }
    await drain()
    expect(maxRunning).toBeGreaterThan(1)
    expect(maxRunning).toBeLessThanOrEqual(5)
    expect(world.counts.Delivered).toBe(31)
  })
})

it('webhook-id has no full stop, which separates what is signed', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(toHeaderId(id)).toMatch(/^[\w:#~%-]*$/)
    }),
  )
  expect(toHeaderId('a.b')).toBe('a%2eb')
})
