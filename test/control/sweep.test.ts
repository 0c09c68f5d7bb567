import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Command, NewCommand } from '#shared/domain/command.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import type { CommandEndData } from '#shared/domain/events/event-data.ts'
import { createControl } from '../../lambdas/control/control.ts'
import {
  MINUTE,
  passTime,
  reportOf,
  SECOND,
  sessionOf,
  start,
  startCommands,
  sweepEvent,
  type TestCommands,
} from '../commands/harness.ts'

const HOUR = 60 * MINUTE
let t: TestCommands
let sweep: () => Promise<void>
beforeEach(async () => {
  t = await startCommands()
  const control = createControl(t.parts)
  sweep = () => control(sweepEvent)
})
afterEach(() => t.close())

const sent = async (deviceId: string, order: Partial<NewCommand> = {}): Promise<Command> =>
  ((await t.dispatcher.submit(t.order(deviceId, order))) as { command: Command }).command
const again = async ({ deviceId, commandId }: Command): Promise<Command> =>
  (await t.commands.get(deviceId, commandId))!
const verdictOf = async (command: Command) => (await again(command)).conclusion?.verdict
const pass = (ms: number, everyMs?: number): Promise<void> => passTime(t, ms, sweep, everyMs)
const asked = (gatewayId: string) =>
  t.bus.said.filter(({ gatewayId: to, message }) => to === gatewayId && message.kind === 'ask').length

describe('the sweep of commands and devices', () => {
  it('ends commands that have waited too long, and publishes that', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const command = await sent(deviceId, { expiresAt: start + 3 * MINUTE })
    await pass(2 * MINUTE)
    expect(await verdictOf(command)).toBeUndefined()
    await pass(2 * MINUTE)
    expect(await again(command)).toMatchObject({ conclusion: { verdict: 'undelivered', reason: 'expired' } })
    expect(t.events.map(({ id }) => id)).toEqual([`${deviceId}:${command.commandId}:concluded`])
    expect(await t.readQueue(deviceId)).toEqual({ queue: [], open: null, openRestore: null, watching: [] })
    await pass(3 * MINUTE)
    expect(t.events).toHaveLength(1)
  })

  it('sends an undelivered command again while a gateway has the device', async () => {
    const deviceId = await t.makeDevice()
    t.bus.connected.add('gateway1')
    t.bus.answer = () => 'not-connected'
    const command = await sent(deviceId)
    await pass(3 * MINUTE)
    expect((await again(command)).state).toBe('queued')
    t.bus.answer = () => 'taken'
    await pass(MINUTE)
    expect((await again(command)).state).toBe('dispatching')
    expect(t.bus.deliveries).toHaveLength(1)
  })

  it('sends nothing to a gateway that no longer runs', async () => {
    const deviceId = await t.makeDevice()
    t.bus.answer = () => 'not-connected'
    const command = await sent(deviceId)
    const before = (await again(command)).attempts.length
    await pass(10 * MINUTE)
    expect((await again(command)).attempts).toHaveLength(before)
  })

  it('publishes conclusions that could not be published before', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const command = await sent(deviceId)
    await t.dispatcher.cancel(deviceId, command.commandId)
    expect(t.events).toEqual([])
    await pass(2 * MINUTE)
    expect(t.events).toMatchObject([{ data: { verdict: 'undelivered', reason: 'cancelled' } }])
  })

  it('asks the gateway before it concludes a command itself', async () => {
    const deviceId = await t.makeDevice()
    t.bus.connected.add('gateway1')
    const command = await sent(deviceId)
    await pass(MINUTE)
    expect(asked('gateway1')).toBe(1)
    expect(await verdictOf(command)).toBeUndefined()
    await pass(10 * MINUTE)
    expect(await verdictOf(command)).toBe('unknown')
    expect(asked('gateway1')).toBeGreaterThan(2)
  })

  it('trusts a lease, without asking IoT Core', async () => {
    const deviceId = await t.makeDevice()
    await sent(deviceId)
    t.clock.now += 50 * SECOND
    await t.sessions.renewLease('gateway1')
    await pass(MINUTE)
    expect(asked('gateway1')).toBe(1)
  })

  it('ends a command of a dead gateway by time: unknown if it may have been written', async () => {
    const deviceId = await t.makeDevice()
    const [pending, watched] = [
      await sent(deviceId),
      await sent(await t.makeDevice(), { intent: 'interval-on', params: { seconds: 20 } }),
    ]
    const facts = {
      written: 'yes' as const,
      writtenAt: start,
      reply: { at: start, ok: true, ambiguous: false, late: false },
    }
    await createControl(t.parts)({ ...reportOf(watched, facts), topic: 'x' })
    await pass(MINUTE)
    expect((await again(pending)).timeline.map(({ kind }) => kind)).toContain('write-uncertain')
    expect(await verdictOf(pending)).toBe('unknown')
    expect(await verdictOf(watched)).toBeUndefined()
    await pass(5 * MINUTE)
    expect((await again(watched)).conclusion).toMatchObject({ verdict: 'answered', effectPending: true })
    await pass(3 * HOUR, 10 * MINUTE)
    expect((await again(watched)).conclusion).toMatchObject({ verdict: 'answered', effectPending: false })
    expect((await again(watched)).dueAt).toBeNull()
    expect(asked('gateway1')).toBe(0)
  })

  it('asks the gateway to which the device came back', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    t.bus.connected.add('gateway2')
    await pass(MINUTE)
    expect([asked('gateway1'), asked('gateway2')]).toEqual([0, 1])
    expect(await verdictOf(command)).toBeUndefined()
  })

  it('continues when one item fails, and measures how late it is', async () => {
    const [broken, sound] = [await t.makeDevice({ online: false }), await t.makeDevice({ online: false })]
    const commands = [
      await sent(broken, { expiresAt: start + MINUTE }),
      await sent(sound, { expiresAt: start + MINUTE }),
    ]
    await t.client.send(
      new UpdateCommand({
        TableName: t.table,
        Key: fleetKeys.command(broken, commands[0]!.commandId),
        UpdateExpression: 'SET attempts = :x',
        ExpressionAttributeValues: { ':x': 7 },
      }),
    )
    t.clock.now = start + 2 * MINUTE
    await sweep()
    expect(await verdictOf(commands[1]!)).toBe('undelivered')
    t.parts.metrics.flush()
    expect(t.metrics.join()).toContain('"SweepFailed":1')
    expect(t.metrics.join()).toContain('"SweepLag":60000')
  })
})

describe('a silent device', () => {
  const hear = (deviceId: string, at: number) =>
    t.client.send(
      new UpdateCommand({
        TableName: 'telemetry',
        Key: { pk: deviceId, sk: 'state' },
        UpdateExpression: 'SET ls = :at',
        ExpressionAttributeValues: { ':at': at },
      }),
    )
  const silences = () => t.events.filter(({ type }) => type === 'device.silent').map(({ id }) => id)
  const at = async (time: number) => {
    t.clock.now = time
    await sweep()
  }
  const dueAt = async (deviceId: string) =>
    (await t.client.send(new GetCommand({ TableName: t.table, Key: fleetKeys.device(deviceId) }))).Item?.dueAt

  it('is reported once, a day after its last frame', async () => {
    const deviceId = await t.makeDevice()
    await hear(deviceId, start + 5 * HOUR)
    await at(start + 2 * HOUR)
    expect(await dueAt(deviceId)).toBe(start + 29 * HOUR)
    await at(start + 28 * HOUR)
    expect(silences()).toEqual([])
    await at(start + 29 * HOUR)
    await at(start + 60 * HOUR)
    expect(silences()).toEqual([`${deviceId}:silent:${start + 5 * HOUR}`])
    expect(await dueAt(deviceId)).toBeUndefined()
  })

  it('that returns and falls silent again is reported again', async () => {
    const deviceId = await t.makeDevice()
    await at(start + 25 * HOUR)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    await at(start + 27 * HOUR)
    await at(start + 50 * HOUR)
    expect(silences()).toEqual([`${deviceId}:silent:${start}`, `${deviceId}:silent:${start + 25 * HOUR}`])
  })

  it('is reported too while an earlier registration of it is being deleted', async () => {
    const deviceId = await t.makeDevice()
    await t.devices.remove(deviceId)
    await t.devices.put(deviceId, {})
    await at(start + MINUTE)
    await at(start + 20 * MINUTE)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    for (let hours = 1; hours <= 30; hours++) await at(start + hours * HOUR)
    expect(silences()).toEqual([`${deviceId}:silent:${start + 20 * MINUTE}`])
  })
})

describe('deleting a device', () => {
  it('closes its socket, ends its commands, publishes that, and leaves only the audit without bytes', async () => {
    const deviceId = await t.makeDevice()
    const open = await sent(deviceId, { intent: 'restart', danger: 'disruptive' })
    const queued = await sent(deviceId)
    await t.devices.remove(deviceId)
    await pass(MINUTE)
    expect(t.bus.said).toContainEqual({
      gatewayId: 'gateway1',
      message: expect.objectContaining({ kind: 'evict', close: true, sessionId: sessionOf(1).sessionId }),
    })
    expect(t.events.map(({ id, data }) => [id, (data as CommandEndData).verdict])).toEqual([
      [`${deviceId}:${open.commandId}:concluded`, 'unknown'],
      [`${deviceId}:${queued.commandId}:concluded`, 'undelivered'],
    ])
    expect(await t.commands.getMany(deviceId, [open.commandId, queued.commandId])).toEqual([])
    const audit = await t.parts.audit.list(deviceId)
    const steps = audit.map(({ commandId, step, verdict }) => [commandId, step, verdict])
    expect(steps).toHaveLength(4)
    expect(new Set(steps)).toEqual(
      new Set([
        [open.commandId, 'asked', null],
        [open.commandId, 'ended', 'unknown'],
        [queued.commandId, 'asked', null],
        [queued.commandId, 'ended', 'undelivered'],
      ]),
    )
  })

  it('keeps later commands when it was registered again', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const before = await sent(deviceId)
    t.clock.now += MINUTE
    await t.devices.remove(deviceId)
    await t.devices.put(deviceId, {})
    const since = await sent(deviceId, { intent: 'read-firmware' })
    await pass(MINUTE)
    expect(await t.commands.get(deviceId, before.commandId)).toBeNull()
    expect((await again(since)).state).toBe('queued')
    expect((await t.readQueue(deviceId)).queue.map(({ commandId }) => commandId)).toEqual([since.commandId])
  })
})
