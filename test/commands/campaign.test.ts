import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { advanceCampaign } from '#shared/commands/campaign.ts'
import { cancel, pause, resume } from '#shared/domain/campaign-steps.ts'
import type { Campaign } from '#shared/domain/campaign.ts'
import { campaignsOver, candidate } from './campaigns.ts'
import { MINUTE, SECOND, start, startCommands, type TestCommands } from './harness.ts'

let t: TestCommands
let c: ReturnType<typeof campaignsOver>
beforeEach(async () => {
  t = await startCommands()
  c = campaignsOver(t)
  // The gateway is alive, and knows no more than it has reported.
  t.bus.connected.add('gateway1')
})
afterEach(() => t.close())

const devices = (count: number, options: Parameters<TestCommands['makeDevice']>[0] = {}) =>
  Promise.all(Array.from({ length: count }, () => t.makeDevice(options)))
const commanded = () => t.bus.deliveries.map(({ deviceId }) => deviceId)
const change = async (campaignId: string, by: (campaign: Campaign, now: number) => Campaign | null) => {
  const before = await c.get(campaignId)
  const after = by(before, t.clock.now)!
  await t.parts.campaigns.save({ before, after, parts: new Map(), changed: [] })
}
const eventsOf = (campaignId: string) =>
  t.events
    .filter(({ id }) => id.startsWith(`campaign:${campaignId}:`))
    .map(({ type }) => type.slice('campaign.'.length))

describe('a campaign', () => {
  it('sends to three devices first, and to the rest once those have answered', async () => {
    const ids = await devices(10)
    const { campaignId } = await c.start(
      {},
      ids.map((id) => candidate(id)),
    )
    await c.sweep()
    expect(commanded()).toEqual(ids.slice(0, 3))
    await c.minute()
    expect(commanded()).toHaveLength(3)
    // The last answer of the canary advances the campaign without a sweep.
    await c.answer(() => 'answers')
    expect(new Set(commanded())).toEqual(new Set(ids))
    await c.answer(() => 'answers')
    expect(await c.get(campaignId)).toMatchObject({
      state: 'finished',
      progress: { total: 10, open: 0, counts: { answered: 10 } },
      byFirmware: { GOOD_V1: { total: 10, open: 0, counts: { answered: 10 } } },
      dueAt: null,
    })
    expect(eventsOf(campaignId)).toEqual(['started', 'finished'])
    expect(await t.parts.campaigns.waitingConclusions(campaignId)).toEqual([])
  })

  it('makes ordinary commands, which name it', async () => {
    const [deviceId] = await devices(1)
    const { campaignId } = await c.start({}, [candidate(deviceId!)])
    await c.sweep()
    const { commandId } = t.bus.deliveries[0]!
    expect(await t.commands.get(deviceId!, commandId)).toMatchObject({
      createdBy: 'key1',
      createdAt: start,
      expiresAt: start + 86_400_000,
      campaign: { campaignId, part: 0 },
    })
    const audit = await t.parts.audit.list(deviceId!)
    expect(audit).toMatchObject([{ step: 'asked', commandId, who: 'key1' }])
  })

  it('stops when a device of the canary does not answer, and says so', async () => {
    const ids = await devices(10)
    const { campaignId } = await c.start(
      {},
      ids.map((id) => candidate(id)),
    )
    await c.sweep()
    await c.answer(({ deviceId }) => (deviceId === ids[1] ? 'is silent' : 'answers'))
    const reason = { outcome: 'unanswered', count: 1, limit: null }
    expect(await c.get(campaignId)).toMatchObject({ state: 'stopped', reason })
    await c.minute(3)
    expect(commanded()).toHaveLength(3)
    expect(eventsOf(campaignId)).toEqual(['started', 'stopped'])
    const { entries } = await t.parts.audit.search(
      {},
      { limit: 10, findVisible: async (all) => new Set(all.filter((e) => e.deviceId === null)) },
    )
    expect(entries).toMatchObject([{ step: 'campaign-stopped', who: 'key1', details: { campaignId } }])
    t.parts.metrics.flush()
    expect(t.metrics.join()).toContain('"CampaignsStopped":1')
  })

  it('sends beyond the canary only as far as devices have answered', async () => {
    const ids = await devices(20)
    await c.start(
      { canary: 12 },
      ids.map((id) => candidate(id)),
    )
    await c.sweep()
    const waves = [commanded().length]
    for (let i = 0; i < 3; i++) {
      const before = commanded().length
      await c.answer(() => 'answers')
      waves.push(commanded().length - before)
    }
    expect(waves).toEqual([3, 3, 6, 8])
  })

  it('stops at a failed share of the concluded parts, or at a number of failures', async () => {
    const ids = await devices(40)
    const shares = await c.start(
      { canary: 0, stopWhen: { unanswered: 0.2 } },
      ids.map((id) => candidate(id)),
    )
    await c.sweep()
    expect(commanded()).toHaveLength(40)
    await c.answer(({ deviceId }) =>
      ids.indexOf(deviceId) < 8 ? 'answers' : ids.indexOf(deviceId) < 10 ? 'is silent' : 'nothing yet',
    )
    await c.minute()
    expect(await c.get(shares.campaignId)).toMatchObject({
      state: 'stopped',
      reason: { outcome: 'unanswered', count: 2, of: 10, limit: 0.2 },
    })
    const others = await devices(4)
    const number = await c.start(
      { canary: 0, stopWhen: { rejected: 1 } },
      others.map((id) => candidate(id)),
    )
    await c.sweep()
    await c.answer(({ deviceId }) => (deviceId === others[0] ? 'refuses' : 'nothing yet'))
    await c.minute()
    expect(await c.get(number.campaignId)).toMatchObject({
      state: 'stopped',
      reason: { outcome: 'rejected', count: 1, of: 1, limit: 1 },
    })
  })

  it('makes no more commands in a minute than it may', async () => {
    const ids = await devices(25)
    await c.start(
      { canary: 0, perMinute: 10 },
      ids.map((id) => candidate(id)),
    )
    await c.sweep()
    await c.sweep()
    expect(commanded()).toHaveLength(10)
    t.clock.now += 30 * SECOND
    await c.sweep()
    expect(commanded()).toHaveLength(15)
    await c.minute()
    expect(commanded()).toHaveLength(25)
  })

  it('waits for devices that are not connected, as their commands do', async () => {
    const [online, offline] = [await t.makeDevice(), await t.makeDevice({ online: false })]
    const { campaignId } = await c.start({ canary: 1, expiresInSeconds: 600 }, [
      candidate(online),
      candidate(offline),
    ])
    await c.sweep()
    await c.answer(() => 'answers')
    expect((await t.readQueue(offline)).queue).toHaveLength(1)
    await c.minute(9)
    expect(await c.get(campaignId)).toMatchObject({ state: 'running', progress: { open: 1 } })
    await c.minute(3)
    expect(await c.get(campaignId)).toMatchObject({
      state: 'finished',
      progress: { open: 0, counts: { answered: 1, undelivered: 1 } },
    })
  })

  it('skips a device that has the same command queued, is contested, or is deleted', async () => {
    const [same, contested, gone, full, model, fine] = await devices(6, { online: false })
    await t.dispatcher.submit(t.order(same!))
    await t.setDevice(contested!, 'contestedUntil', t.clock.now + MINUTE)
    for (let n = 0; n < 50; n++)
      await t.dispatcher.submit(t.order(full!, { intent: 'interval-on', params: { seconds: 20 + n } }))
    const ids = [same!, contested!, gone!, full!, fine!]
    const { campaignId } = await c.start(
      { canary: 0 },
      ids.map((id) => candidate(id)),
    )
    await t.devices.remove(gone!)
    await c.sweep()
    const campaign = await c.get(campaignId)
    expect((await c.parts(campaign)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['skipped', 'identical-waits'],
      ['skipped', 'contested'],
      ['skipped', 'not-registered'],
      ['skipped', 'queue-full'],
      [null, null],
    ])
    expect(campaign.progress).toEqual({ total: 5, open: 1, counts: { skipped: 4 } })
    const cantrack = { intent: 'interval-cantrack', dialect: 'auto' } as const
    const other = await c.start({ canary: 0, ...cantrack }, [candidate(model!)])
    await c.sweep()
    expect(await c.parts(await c.get(other.campaignId))).toMatchObject([
      { outcome: 'skipped', reason: 'no-wording' },
    ])
  })

  it('sends nothing while it is paused, and goes on after that', async () => {
    const ids = await devices(10)
    const { campaignId } = await c.start(
      { canary: 3 },
      ids.map((id) => candidate(id)),
    )
    await c.sweep()
    await change(campaignId, pause)
    await c.answer(() => 'answers')
    await c.minute(5)
    expect(commanded()).toHaveLength(3)
    await change(campaignId, resume)
    await c.sweep()
    expect(new Set(commanded()).size).toBe(10)
    expect(commanded()).toHaveLength(10)
    expect(eventsOf(campaignId)).toEqual(['started', 'paused', 'resumed'])
  })

  it('withdraws queued commands when it is cancelled, and counts the sent ones', async () => {
    const [online, offline] = [await devices(3), await devices(130, { online: false })]
    const { campaignId } = await c.start(
      { canary: 0, perMinute: 600 },
      [...online, ...offline].map((id) => candidate(id)),
    )
    await c.sweep()
    expect(await c.get(campaignId)).toMatchObject({ next: 133, progress: { open: 133 } })
    await change(campaignId, cancel)
    await c.sweep()
    for (const id of [offline[0]!, offline[129]!]) expect((await t.readQueue(id)).queue).toEqual([])
    await c.answer(() => 'answers')
    await c.minute(3)
    expect(await c.get(campaignId)).toMatchObject({
      state: 'cancelled',
      progress: { open: 0, counts: { answered: 3, undelivered: 130 } },
      dueAt: null,
    })
  })

  it('counts a corrected verdict, also after the campaign has ended', async () => {
    const [deviceId] = await devices(1)
    const { campaignId } = await c.start({ canary: 0 }, [candidate(deviceId!)])
    await c.sweep()
    await c.answer(() => 'answers')
    expect(await c.get(campaignId)).toMatchObject({
      state: 'finished',
      progress: { counts: { answered: 1 } },
    })
    const { commandId } = t.bus.deliveries[0]!
    const command = (await t.commands.get(deviceId!, commandId))!
    const corrected = { ...command.conclusion!, verdict: 'contradicted', at: t.clock.now + 1 } as const
    const { countInCampaign } = await import('../../lambdas/control/sweep-campaign.ts')
    for (let i = 0; i < 2; i++) await countInCampaign(t.parts, command, corrected)
    expect((await c.get(campaignId)).progress).toEqual({ total: 1, open: 0, counts: { contradicted: 1 } })
    expect(await t.parts.campaigns.waitingConclusions(campaignId)).toEqual([])
  })

  it('ends a part whose command is gone without a conclusion', async () => {
    const [deviceId] = await devices(1, { online: false })
    const { campaignId } = await c.start({ canary: 0, expiresInSeconds: 60 }, [candidate(deviceId!)])
    await c.sweep()
    await t.commands.purge(deviceId!, t.clock.now + 1)
    t.clock.now += 2 * 60 * MINUTE
    await c.sweep()
    expect(await c.get(campaignId)).toMatchObject({ state: 'finished', progress: { counts: { unknown: 1 } } })
  })

  it('sends to each device once, although many processes advance it at once', async () => {
    const ids = await devices(30)
    const { campaignId } = await c.start(
      { canary: 0 },
      ids.map((id) => candidate(id)),
    )
    await Promise.all(
      Array.from({ length: 5 }, () => advanceCampaign(t.parts, campaignId, { maxMs: MINUTE })),
    )
    expect(commanded().toSorted()).toEqual(ids.toSorted())
  })
})
