import { describe, expect, it } from 'vitest'
import type { NoticeEvent } from '#shared/domain/notices/notice-event.ts'
import { createNoticeChannels, makeChannelId } from '#shared/store/notice-channels.ts'
import { startReceiver, startWorld, type World } from './world.ts'

const HOUR_MS = 3_600_000
let count = 0
const noticeOf = (title: string): NoticeEvent => ({
  id: `e${count++}`,
  type: 'notice',
  version: 1,
  time: '2026-01-10T00:00:00.000Z',
  recordedAt: '2026-01-10T00:00:00.000Z',
  deviceId: '1',
  data: { title, text: `${title}\nDevice 1`, isUrgent: true, about: 'alarm.raised', data: { alarm: 'sos' } },
})

async function addChannel(world: World, url: string) {
  const channels = createNoticeChannels(world.fleet)
  const channelId = makeChannelId()
  await channels.create(channelId, {
    name: 'Phone',
    target: { kind: 'ntfy', url, token: null },
    limit: null,
    createdBy: 'admin',
    subscription: null,
  })
  const send = (title: string) =>
    world.send([{ webhookId: channelId, kind: 'event', event: noticeOf(title), recordAs: null }])
  const result = async () => (await channels.get(channelId))!.result
  return { channelId, channels, send, result }
}

describe('notices sent by the webhook worker', () => {
  it('reach their channel, even with characters that a header cannot contain', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(() => ({ status: 200, body: 'ok' }))
    const { send, result } = await addChannel(world, receiver.url)
    await send('Škoda: SOS')
    await world.run()
    const [{ headers, body }] = receiver.requests as [(typeof receiver.requests)[number]]
    expect(headers).toMatchObject({
      title: `=?UTF-8?B?${Buffer.from('Škoda: SOS').toString('base64')}?=`,
      priority: 'high',
    })
    expect(body).toBe('Device 1')
    expect(await result()).toEqual({ deliveredAt: world.now(), failure: null })
  })

  it('are repeated while the receiver fails, without waiting for each other', async () => {
    const world = await startWorld()
    let isDown = true
    const receiver = await startReceiver(() => ({ status: isDown ? 503 : 200, body: 'busy' }))
    const { send, result } = await addChannel(world, receiver.url)
    await send('one')
    await world.run()
    expect(await result()).toMatchObject({ deliveredAt: null, failure: { reason: 'HTTP 503: busy' } })
    await send('two')
    await world.run()
    expect(receiver.requests.map(({ headers }) => headers.title)).toEqual(['one', 'two'])
    isDown = false
    await world.runFor(60_000, 5_000)
    expect(
      receiver.requests
        .slice(2)
        .map(({ headers }) => headers.title)
        .toSorted((a, b) => String(a).localeCompare(String(b))),
    ).toEqual(['one', 'two'])
    expect((await result()).failure).toBeNull()
    expect(await world.waiting()).toBe(0)
  })

  it('are not repeated when the receiver refuses them; its answer is shown', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(() => ({ status: 401, body: 'unauthorized' }))
    const { send, result, channelId } = await addChannel(world, receiver.url)
    await send('one')
    await world.runFor(HOUR_MS, 60_000)
    expect(receiver.requests).toHaveLength(1)
    expect((await result()).failure?.reason).toBe('HTTP 401: unauthorized')
    const [delivery] = await world.deliveries.list(channelId, 10)
    expect(delivery).toMatchObject({ outcome: 'dropped', status: 401 })
  })

  it('are dropped after a day', async () => {
    const world = await startWorld()
    const receiver = await startReceiver(() => ({ status: 500 }))
    const { send } = await addChannel(world, receiver.url)
    await send('one')
    await world.runFor(25 * HOUR_MS, 600_000)
    expect(await world.waiting()).toBe(0)
    expect(receiver.requests.length).toBeGreaterThan(100)
  })

  it('of a deleted channel are dropped; the target is checked each time', async () => {
    const world = await startWorld({
      findTarget: async () => ({ problem: 'the host is not at a public address' }),
    })
    const receiver = await startReceiver(() => ({ status: 200 }))
    const { send, result, channels, channelId } = await addChannel(world, receiver.url)
    await send('one')
    await world.run()
    expect((await result()).failure?.reason).toBe('the host is not at a public address')
    await channels.remove(channelId)
    await world.runFor(HOUR_MS, 60_000)
    expect([receiver.requests.length, await world.waiting()]).toEqual([0, 0])
  })
})
