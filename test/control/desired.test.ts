import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProbeFacts } from '#h02/catalogue/types.ts'
import type { Command } from '#shared/domain/command.ts'
import { desire, stateOf, type Desired } from '#shared/domain/desired.ts'
import type { SettingName } from '#shared/domain/settings.ts'
import { eventSchema } from '../../lambdas/api/events/schema.ts'
import { toAppEvent } from '#shared/domain/events/bus-event.ts'
import { createControl } from '../../lambdas/control/control.ts'
import {
  MINUTE,
  passTime,
  reportOf,
  SECOND,
  sessionOf,
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
const pass = (ms: number, everyMs?: number): Promise<void> => {
  const renewAndSweep = async () => {
    await t.sessions.renewLease('gateway1')
    await sweep()
  }
  return passTime(t, ms, renewAndSweep, everyMs)
}
const wish = async (deviceId: string, wanted: Parameters<typeof desire>[1]): Promise<void> => {
  const before = await t.parts.desired.get(deviceId)
  const after = desire(before, wanted, {
    deviceId,
    revision: `r${t.clock.now}`,
    setAt: t.clock.now,
    setBy: 'key1',
    origin: { keyName: 'ops', address: '192.0.2.1', requestId: 'r' },
  })
  expect(await t.parts.desired.set(before, after)).toBe('saved')
}
const desired = async (deviceId: string): Promise<Desired> => (await t.parts.desired.get(deviceId))!
const stateOfSetting = async (deviceId: string, name: SettingName = 'intervalOnSeconds') =>
  stateOf(await desired(deviceId), name)
const commandsOf = async (deviceId: string): Promise<readonly Command[]> =>
  (await t.commands.list(deviceId, {}, { limit: 500 })).commands.toReversed()

/** A tracker that answers what it is sent: reads report what it holds, writes are kept, unless it forgets. */
async function answerAll(
  deviceId: string,
  holds: { intervalOnSeconds: number; keeps?: boolean },
): Promise<string[]> {
  const answered: string[] = []
  for (;;) {
    const open = (await commandsOf(deviceId)).find(({ state }) => state === 'dispatching')
    if (open === undefined) return answered
    t.clock.now += SECOND
    answered.push(open.intent)
    const isRead = open.intent.startsWith('read-')
    if (!isRead && holds.keeps !== false) holds.intervalOnSeconds = Number(open.params.seconds)
    const facts: ProbeFacts = isRead ? { intervalOnSeconds: holds.intervalOnSeconds } : {}
    const reply = { at: t.clock.now, ok: true, ambiguous: false, late: false }
    const written = { written: 'yes', writtenAt: t.clock.now - 500, effectWindowOver: true } as const
    await control({
      ...reportOf(open, { ...written, reply }, { reply: { text: 'x', facts } }),
      topic: 'h02/local/up/x',
    })
  }
}
const report = (deviceId: string, event: 'opened' | 'booted') =>
  control({
    v: 1,
    kind: 'session',
    event,
    deviceId,
    ...sessionOf(1),
    epoch: 1,
    at: t.clock.now,
    topic: 'h02/local/up/x',
  })

describe('desired settings', () => {
  it('are read, sent where they differ, and read again for their user', async () => {
    const deviceId = await t.makeDevice()
    await wish(deviceId, { intervalOnSeconds: 20 })
    await pass(MINUTE)
    const tracker = { intervalOnSeconds: 30 }
    expect(await answerAll(deviceId, tracker)).toEqual(['read-status', 'interval-on', 'read-status'])
    expect(await stateOfSetting(deviceId)).toBe('in-sync')
    expect(await commandsOf(deviceId)).toMatchObject([
      { intent: 'read-status', createdBy: 'key1', metadata: { desired: 'check' } },
      { intent: 'interval-on', params: { seconds: 20 }, metadata: { desired: 'intervalOnSeconds' } },
      { intent: 'read-status', origin: { keyName: 'ops' } },
    ])
    await pass(3 * HOUR, 10 * MINUTE)
    expect(await commandsOf(deviceId)).toHaveLength(3)
  })

  it('are restored when a boot frame shows a reset, without a user', async () => {
    const deviceId = await t.makeDevice()
    await wish(deviceId, { intervalOnSeconds: 20 })
    await pass(MINUTE)
    const tracker = { intervalOnSeconds: 20 }
    await answerAll(deviceId, tracker)
    t.clock.now += 2 * HOUR
    tracker.intervalOnSeconds = 30
    await report(deviceId, 'booted')
    await report(deviceId, 'booted')
    expect(await answerAll(deviceId, tracker)).toEqual(['read-status', 'interval-on', 'read-status'])
    expect(tracker.intervalOnSeconds).toBe(20)
    expect(t.bus.saidOf('session-settled')).toHaveLength(2)
  })

  it('are restored after any user’s read that shows another value', async () => {
    const deviceId = await t.makeDevice()
    await wish(deviceId, { intervalOnSeconds: 20 })
    await pass(MINUTE)
    const tracker = { intervalOnSeconds: 20 }
    await answerAll(deviceId, tracker)
    tracker.intervalOnSeconds = 60
    t.clock.now += MINUTE
    await t.dispatcher.submit(t.order(deviceId))
    expect(await answerAll(deviceId, tracker)).toEqual(['read-status', 'interval-on', 'read-status'])
    expect(await stateOfSetting(deviceId)).toBe('in-sync')
  })

  it('are sent three times, then given up with one event', async () => {
    const deviceId = await t.makeDevice()
    await wish(deviceId, { intervalOnSeconds: 20 })
    const tracker = { intervalOnSeconds: 30, keeps: false }
    const intents: string[] = []
    for (let minutes = 0; minutes < 150; minutes += 5) {
      await pass(5 * MINUTE, 5 * MINUTE)
      intents.push(...(await answerAll(deviceId, tracker)))
    }
    expect(intents.filter((intent) => intent === 'interval-on')).toHaveLength(3)
    expect(await stateOfSetting(deviceId)).toBe('not-kept')
    const given = t.events.filter(({ type }) => type === 'setting.not-kept')
    expect(given).toMatchObject([
      { deviceId, data: { setting: 'intervalOnSeconds', desired: 20, reported: 30, tries: 3 } },
    ])
    const asApp = toAppEvent(given[0]!, t.clock.now)
    expect(eventSchema.parse(asApp)).toEqual(asApp)
    // A change of the desired settings restarts the count.
    await wish(deviceId, { intervalOnSeconds: 20 })
    await pass(MINUTE)
    expect(await answerAll(deviceId, { intervalOnSeconds: 30 })).toContain('interval-on')
    expect(await stateOfSetting(deviceId)).toBe('in-sync')
  })

  it('publish once, under one id, that a setting is not kept, even if control dies after it', async () => {
    const deviceId = await t.makeDevice()
    await wish(deviceId, { timeZone: 'E01' })
    const before = await desired(deviceId)
    const setting = { ...before.settings.timeZone!, tries: 3, triedAt: t.clock.now }
    await t.parts.desired.save(before, {
      ...before,
      settings: { timeZone: setting },
      wantsCheck: false,
      checkedAt: t.clock.now,
    })
    t.clock.now += MINUTE
    const dies = createControl({
      ...t.parts,
      desired: { ...t.parts.desired, save: () => Promise.reject(new Error('killed')) },
    })
    await sweep(dies)
    t.clock.now += MINUTE
    await sweep()
    const events = t.events.filter(({ type }) => type === 'setting.not-kept')
    expect(events).toHaveLength(2)
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(1)
    await sweep()
    expect(t.events.filter(({ type }) => type === 'setting.not-kept')).toHaveLength(2)
  })

  it('are never sent twice when control dies at any step', async () => {
    const deviceId = await t.makeDevice()
    await wish(deviceId, { intervalOnSeconds: 20 })
    t.clock.now += SECOND
    // After the plan is stored, before its commands are made; then after they are made.
    for (const dying of [
      { commands: { ...t.parts.commands, save: () => Promise.reject(new Error('killed')) } },
      {
        desired: {
          ...t.parts.desired,
          save: async (before: Desired, after: Desired) => {
            if (after.batch?.isSubmitted === true) throw new Error('killed')
            return t.parts.desired.save(before, after)
          },
        },
      },
    ]) {
      await t.sessions.renewLease('gateway1')
      await sweep(createControl({ ...t.parts, ...dying }))
      t.clock.now += MINUTE
    }
    await sweep()
    expect(await desired(deviceId)).toMatchObject({ batch: { isSubmitted: true } })
    expect(await commandsOf(deviceId)).toHaveLength(1)
    expect(await answerAll(deviceId, { intervalOnSeconds: 20 })).toEqual(['read-status'])
    expect(await stateOfSetting(deviceId)).toBe('in-sync')
    expect(t.bus.deliveries).toHaveLength(1)
  })

  it('queue one read for an offline device, and continue when it is back', async () => {
    const deviceId = await t.makeDevice({ online: false })
    await wish(deviceId, { intervalOnSeconds: 20 })
    await pass(4 * 24 * HOUR, 2 * HOUR)
    expect((await t.readQueue(deviceId)).queue).toHaveLength(1)
    expect((await commandsOf(deviceId)).length).toBeLessThanOrEqual(5)
    await t.sessions.login({ ...sessionOf(1), deviceId })
    await report(deviceId, 'opened')
    const tracker = { intervalOnSeconds: 30 }
    expect(await answerAll(deviceId, tracker)).toEqual(['read-status', 'interval-on', 'read-status'])
  })

  it('wait while a user has filled the queue', async () => {
    const deviceId = await t.makeDevice({ online: false })
    for (let n = 0; n < 50; n++)
      await t.dispatcher.submit(t.order(deviceId, { intent: 'time-zone', params: { zone: `E${n}` } }))
    await wish(deviceId, { intervalOnSeconds: 20 })
    await pass(5 * MINUTE)
    expect(await commandsOf(deviceId)).toHaveLength(50)
    expect(await desired(deviceId)).toMatchObject({ batch: null, wantsCheck: true })
  })

  it('end when their device is deleted', async () => {
    const deviceId = await t.makeDevice()
    await wish(deviceId, { intervalOnSeconds: 20 })
    t.clock.now += SECOND
    await t.devices.remove(deviceId)
    t.clock.now += SECOND
    await t.devices.put(deviceId, {})
    await pass(2 * MINUTE)
    expect(await t.parts.desired.get(deviceId)).toBeNull()
    expect(t.bus.deliveries).toEqual([])
    const login = await t.sessions.login({ ...sessionOf(2), deviceId })
    expect(login).toMatchObject({ keepsSettings: false })
  })

  it('make the gateway report sessions while there are any', async () => {
    const deviceId = await t.makeDevice()
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({ keepsSettings: false })
    await wish(deviceId, { intervalOnSeconds: 20 })
    expect(await t.sessions.login({ ...sessionOf(3), deviceId })).toMatchObject({ keepsSettings: true })
    expect(await t.parts.desired.remove(deviceId)).toBe(true)
    expect(await t.sessions.login({ ...sessionOf(4), deviceId })).toMatchObject({ keepsSettings: false })
    expect(await t.parts.desired.remove(deviceId)).toBe(false)
    const gone = desire(null, { intervalOnSeconds: 20 }, { ...(await made()), deviceId: '42' })
    expect(await t.parts.desired.set(null, gone)).toBe('no-device')
  })
})

const made = async () => ({
  revision: 'r',
  setAt: t.clock.now,
  setBy: 'k',
  origin: { keyName: null, address: null, requestId: null },
})
