import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWaitSlots } from '#shared/store/wait-slots.ts'
import { startFleet } from '../api/fakes.ts'

let now = Date.UTC(2026, 0, 10)
let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
})
afterAll(() => fleet.close())

describe('the slots for requests that wait', () => {
  const open = (slots: number) => createWaitSlots({ ...fleet, slots, now: () => now })
  const takeAll = async (slots: number, until: number) => {
    const taken = []
    for (let i = 0; i < 50; i++) taken.push(await open(slots).take(until))
    return taken.filter((slot) => slot !== null)
  }

  it('can be taken up to their number, and again once one is released', async () => {
    const taken = await takeAll(2, now + 20_000)
    expect(taken).toHaveLength(2)
    await taken[0]!.release()
    const [again, ...more] = await takeAll(2, now + 20_000)
    expect([again === undefined, more]).toEqual([false, []])
    await again!.release()
    await taken[1]!.release()
  })

  it('are not requested from the table by each of many requests that find none', async () => {
    const [only] = await takeAll(1, now + 20_000)
    let asked = 0
    const send = (command: never) => (asked++, fleet.client.send(command))
    const crowd = createWaitSlots({ client: { send } as never, table: fleet.table, slots: 1, now: () => now })
    for (let i = 0; i < 20; i++) expect(await crowd.take(now + 20_000)).toBeNull()
    expect(asked).toBe(1)
    await only!.release()
    now += 251
    const next = await crowd.take(now + 20_000)
    expect(next).not.toBeNull()
    await next!.release()
  })

  it('become free by themselves when a request ended without a release', async () => {
    const [lost] = await takeAll(1, now + 1_000)
    expect(await open(1).take(now + 1_000)).toBeNull()
    now += 6_001
    const next = await open(1).take(now + 1_000)
    expect(next).not.toBeNull()
    // A release that comes too late frees no slot of another request.
    await lost!.release()
    expect(await open(1).take(now + 1_000)).toBeNull()
    await next!.release()
  })
})
