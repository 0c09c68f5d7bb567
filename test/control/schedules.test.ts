import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '#shared/domain/command.ts'
import { SCHEDULE_FORMAT, type Schedule } from '#shared/domain/schedule.ts'
import { createControl } from '../../lambdas/control/control.ts'
import {
  MINUTE,
  passTime,
  reportOf,
  SECOND,
  start,
  startCommands,
  sweepEvent,
  type TestCommands,
} from '../commands/harness.ts'

const HOUR = 60 * MINUTE
let t: TestCommands
let control: (event: unknown) => Promise<void>
beforeEach(async () => {
  t = await startCommands()
  control = createControl(t.parts)
})
afterEach(() => t.close())

const sweep = (by = control) => by(sweepEvent)
const pass = (ms: number, everyMs?: number): Promise<void> => passTime(t, ms, sweep, everyMs)
const set = async (deviceId: string, more: Partial<Schedule> = {}): Promise<void> =>
  t.parts.schedules.put({
    v: SCHEDULE_FORMAT,
    deviceId,
    name: 'voltage',
    timing: { everyMs: HOUR },
    intent: 'read-status',
    params: {},
    revision: 'r1',
    setAt: t.clock.now,
    setBy: 'key1',
    origin: { keyName: 'ops', address: '192.0.2.1', requestId: 'r' },
    nextAt: t.clock.now,
    lastRun: null,
    lastCommandId: null,
    sent: 0,
    skipped: 0,
    ...more,
  })
const schedule = async (deviceId: string): Promise<Schedule> =>
  (await t.parts.schedules.get(deviceId, 'voltage'))!
const commandsOf = async (deviceId: string): Promise<readonly Command[]> =>
  (await t.commands.list(deviceId, {}, { limit: 500 })).commands
/** The tracker answers what was delivered to it. */
const answer = async (deviceId: string): Promise<void> => {
  const open = (await commandsOf(deviceId)).find(({ state }) => state === 'dispatching')!
  const reply = { at: t.clock.now, ok: true, ambiguous: false, late: false }
  const said = { text: 'VOLT:12.6V', facts: { voltage: 12.6 } }
  await control({
    ...reportOf(open, { written: 'yes', writtenAt: t.clock.now, reply }, { reply: said }),
    topic: 'x',
  })
}

describe('a schedule', () => {
  it('sends its read each hour, in the name of the user who set it', async () => {
    const deviceId = await t.makeDevice()
    await set(deviceId)
    await pass(MINUTE)
    expect(t.bus.deliveries).toMatchObject([{ deviceId, intent: 'read-status', danger: 'harmless' }])
    await answer(deviceId)
    expect(await commandsOf(deviceId)).toMatchObject([
      {
        createdBy: 'key1',
        origin: { keyName: 'ops' },
        metadata: { schedule: 'voltage' },
        reply: { facts: { voltage: 12.6 } },
      },
    ])
    const { nextAt, sent, lastRun, lastCommandId } = await schedule(deviceId)
    expect([sent, lastRun?.outcome]).toEqual([1, 'sent'])
    expect(lastCommandId).toBe((await commandsOf(deviceId))[0]!.commandId)
    await pass(nextAt! - t.clock.now + MINUTE)
    await answer(deviceId)
    expect((await schedule(deviceId)).nextAt).toBe(nextAt! + HOUR)
    expect(t.bus.deliveries).toHaveLength(2)
    const [asked] = await t.parts.audit.list(deviceId)
    expect(asked).toMatchObject({ step: 'asked', who: 'key1', address: '192.0.2.1' })
  })

  it('sends one read, not 48, to a device that was offline for two days', async () => {
    const deviceId = await t.makeDevice({ online: false })
    await set(deviceId)
    await pass(2 * 24 * HOUR, HOUR / 2)
    expect((await t.readQueue(deviceId)).queue.length).toBeLessThanOrEqual(1)
    expect((await schedule(deviceId)).sent).toBeGreaterThan(44)
    await t.sessions.login({
      deviceId,
      sessionId: 's'.padStart(20, 'a'),
      gatewayId: 'g',
      remoteAddress: '203.0.113.1',
    })
    t.bus.connected.add('g')
    await pass(5 * MINUTE)
    expect(t.bus.deliveries.length).toBeLessThanOrEqual(1)
    const waiting = (await commandsOf(deviceId)).filter(({ state }) => state !== 'concluded')
    expect(waiting.length).toBeLessThanOrEqual(1)
  })

  it('skips a run while the previous one is open', async () => {
    const deviceId = await t.makeDevice()
    t.bus.connected.add('gateway1')
    await set(deviceId, { timing: { everyMs: 5 * MINUTE } })
    await pass(MINUTE)
    const [former] = await commandsOf(deviceId)
    // The tracker sleeps: its reply is awaited for up to 15 minutes.
    await control({
      ...reportOf(former!, {
        written: 'yes',
        writtenAt: t.clock.now,
        extension: { until: t.clock.now + 15 * MINUTE, heardAt: null },
      }),
      topic: 'x',
    })
    for (let minute = 0; minute < 8; minute++) {
      t.clock.now += MINUTE
      await t.sessions.renewLease('gateway1')
      await sweep()
    }
    expect(await commandsOf(deviceId)).toHaveLength(1)
    const { skipped, lastRun, lastCommandId } = await schedule(deviceId)
    expect([skipped > 0, lastRun?.outcome, lastCommandId]).toEqual([true, 'former-open', former!.commandId])
  })

  it('sends nothing twice when control dies between the command and the plan of the next run', async () => {
    const deviceId = await t.makeDevice()
    await set(deviceId)
    t.clock.now += SECOND
    const dies = createControl({
      ...t.parts,
      schedules: { ...t.parts.schedules, advance: () => Promise.reject(new Error('killed')) },
    })
    await sweep(dies)
    await sweep(dies)
    expect(await commandsOf(deviceId)).toHaveLength(1)
    await answer(deviceId)
    await sweep()
    await sweep()
    expect(await commandsOf(deviceId)).toHaveLength(1)
    expect(await schedule(deviceId)).toMatchObject({ sent: 1, skipped: 0 })
    expect(t.bus.deliveries).toHaveLength(1)
  })

  it('does not queue a read that is already queued', async () => {
    const deviceId = await t.makeDevice({ online: false })
    await t.dispatcher.submit(t.order(deviceId, { dialect: 'auto' }))
    await set(deviceId)
    await pass(MINUTE)
    expect((await schedule(deviceId)).lastRun?.outcome).toBe('waits-already')
    expect(await commandsOf(deviceId)).toHaveLength(1)
  })

  it('never sends anything but a harmless read, whatever its item contains', async () => {
    const deviceId = await t.makeDevice()
    await set(deviceId, { intent: 'restart' })
    await pass(MINUTE)
    expect((await schedule(deviceId)).lastRun?.outcome).toBe('not-allowed')
    expect(t.bus.deliveries).toEqual([])
  })

  it('ends when its device is deleted, and does not return with a new registration', async () => {
    const deviceId = await t.makeDevice()
    await set(deviceId)
    t.clock.now += SECOND
    await t.devices.remove(deviceId)
    t.clock.now += SECOND
    await t.devices.put(deviceId, {})
    await pass(2 * MINUTE)
    expect(await t.parts.schedules.list(deviceId)).toEqual([])
    expect(t.bus.deliveries).toEqual([])
  })

  it('that is set again during a run keeps the new values', async () => {
    const deviceId = await t.makeDevice()
    await set(deviceId)
    const before = await schedule(deviceId)
    await set(deviceId, { revision: 'r2', intent: 'locate', nextAt: start + HOUR })
    await t.parts.schedules.advance(before, { ...before, sent: 9 })
    expect(await schedule(deviceId)).toMatchObject({ revision: 'r2', sent: 0 })
  })
})
