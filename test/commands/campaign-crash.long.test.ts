import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancel } from '#shared/domain/campaign-steps.ts'
import { campaignsOver, candidate } from './campaigns.ts'
import { MINUTE, startCommands, type TestCommands } from './harness.ts'

let t: TestCommands
let c: ReturnType<typeof campaignsOver>
/** Number of writes until the process dies; null: it lives. After the last one nothing reaches the table or a gateway. */
let left: number | null = null
beforeAll(async () => {
  t = await startCommands()
  c = campaignsOver(t)
  t.bus.connected.add('gateway1')
  t.bus.answer = () => (left === 0 ? new Error('killed') : 'taken')
  const send = t.client.send.bind(t.client) as (command: unknown) => Promise<unknown>
  Object.assign(t.client, {
    send: async (command: object) => {
      const isWrite = /^(Put|Update|Delete|TransactWrite|BatchWrite)/.test(command.constructor.name)
      if (left === 0) throw new Error('killed')
      const answer = await send(command)
      // What it wrote last is written; it does not learn so.
      if (isWrite && left !== null && --left === 0) throw new Error('killed')
      return answer
    },
  })
})
afterAll(() => t.close())

/** Runs one process until it ends or is killed; returns whether it was killed. */
async function live(writes: number, work: () => Promise<void>): Promise<boolean> {
  left = writes
  await work().catch(() => {})
  const isKilled = left === 0
  left = null
  return isKilled
}

const commandsOf = async (deviceId: string) =>
  (await t.commands.list(deviceId, {}, { limit: 10 })).commands.map(({ commandId }) => commandId)

describe('a process that is killed after each write, and its successor', () => {
  it.each([0, 1])('command each device of a campaign once: canary of %i', async (canary) => {
    for (let writes = 1; ; writes++) {
      const ids = [await t.makeDevice(), await t.makeDevice({ online: false }), await t.makeDevice()]
      const { campaignId } = await c.start(
        { canary },
        ids.map((id) => candidate(id)),
      )
      const isKilled = await live(writes, async () => {
        await c.sweep()
        await c.answer(() => 'answers')
        await c.minute()
      })
      // After two minutes the process that was making commands has certainly ended.
      for (let round = 0; round < 5; round++) {
        await c.minute()
        await c.denyUnknown()
        await c.answer(() => 'answers')
      }
      const made = await Promise.all(ids.map(commandsOf))
      expect(
        made.map(({ length }) => length),
        `killed after write ${writes}`,
      ).toEqual([1, 1, 1])
      const delivered = t.bus.deliveries.filter(({ deviceId }) => ids.includes(deviceId))
      expect(delivered.map(({ deviceId }) => deviceId).toSorted()).toEqual([ids[0], ids[2]])
      const { progress } = await c.get(campaignId)
      expect(progress, `killed after write ${writes}`).toEqual({ total: 3, open: 1, counts: { answered: 2 } })
      await t.dispatcher.cancel(ids[1]!, made[1]![0]!)
      await c.minute(3)
      expect(await c.get(campaignId)).toMatchObject({ state: 'finished', dueAt: null })
      if (!isKilled) return
    }
  })

  it('withdraw all waiting commands of a cancelled campaign, and make no more', async () => {
    for (let writes = 1; ; writes++) {
      const ids = [await t.makeDevice({ online: false }), await t.makeDevice({ online: false })]
      const { campaignId } = await c.start(
        { canary: 0 },
        ids.map((id) => candidate(id)),
      )
      const isKilled = await live(writes, c.sweep)
      const before = await c.get(campaignId)
      const after = cancel(before, t.clock.now)!
      await t.parts.campaigns.save({ before, after, parts: new Map(), changed: [] })
      await live(writes, c.sweep)
      t.clock.now += 2 * MINUTE
      await c.minute(4)
      for (const deviceId of ids) {
        const { commands } = await t.commands.list(deviceId, {}, { limit: 10 })
        expect(commands.length, `killed after write ${writes}`).toBeLessThan(2)
        for (const { conclusion } of commands) expect(conclusion?.verdict).toBe('undelivered')
        expect((await t.readQueue(deviceId)).queue).toEqual([])
      }
      const made = await Promise.all(ids.map(commandsOf))
      const undelivered = made.flat().length
      expect((await c.get(campaignId)).progress).toEqual({
        total: 2,
        open: 0,
        counts: undelivered === 0 ? {} : { undelivered },
      })
      expect(await c.get(campaignId)).toMatchObject({ state: 'cancelled', dueAt: null })
      if (!isKilled) return
    }
  })
})
