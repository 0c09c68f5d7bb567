import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Command, NewCommand } from '#shared/domain/command.ts'
import type { CommandSnapshot, SessionReport } from '#shared/domain/command-messages.ts'
import { createControl } from '../../lambdas/control/control.ts'
import { sweepCommand } from '../../lambdas/control/sweep-command.ts'
import {
  MINUTE,
  reportOf,
  SECOND,
  sessionOf,
  start,
  startCommands,
  type TestCommands,
} from '../commands/harness.ts'

let t: TestCommands
let control: (event: unknown) => Promise<void>
beforeAll(async () => {
  t = await startCommands()
  control = createControl(t.parts)
})
afterAll(() => t.close())
beforeEach(() => {
  t.clock.now = start
  t.bus.answer = () => 'taken'
  t.bus.deliveries.length = 0
  t.bus.said.length = 0
  t.events.length = 0
})

/** The event that the topic rule passes to control. */
const handle = (message: CommandSnapshot | SessionReport) =>
  control({ ...JSON.parse(JSON.stringify(message)), topic: 'h02/local/up/x' })
const sent = async (deviceId: string, order: Partial<NewCommand> = {}): Promise<Command> =>
  ((await t.dispatcher.submit(t.order(deviceId, order))) as { command: Command }).command
const again = async ({ deviceId, commandId }: Command): Promise<Command> =>
  (await t.commands.get(deviceId, commandId))!
const written = { written: 'yes' as const, writtenAt: start + 10 }
const reply = { at: start + 900, ok: true, ambiguous: false, late: false }

describe('a report of a command', () => {
  it('that ends it is published on the bus, counted, settled, and followed by the next command', async () => {
    const deviceId = await t.makeDevice({ model: 'ST-906L' })
    const metadata = { order: '4711' }
    const command = await sent(deviceId, { metadata })
    const next = await sent(deviceId, { intent: 'read-firmware' })
    t.clock.now += SECOND
    await handle(reportOf(command, { ...written, reply }, { n: 3 }))
    expect(await again(command)).toMatchObject({
      state: 'concluded',
      conclusion: { verdict: 'answered' },
      dueAt: null,
    })
    expect(t.bus.deliveries.map(({ commandId }) => commandId)).toEqual([command.commandId, next.commandId])
    expect(t.bus.said).toEqual([
      {
        gatewayId: 'gateway1',
        message: { v: 1, kind: 'settled', deviceId, commandId: command.commandId, attempt: 1, n: 3 },
      },
    ])
    expect(t.events).toEqual([
      {
        id: `${deviceId}:${command.commandId}:concluded`,
        type: 'command.concluded',
        at: t.clock.now,
        deviceId,
        data: expect.objectContaining({
          intent: 'read-status',
          verdict: 'answered',
          corrected: false,
          metadata,
        }),
      },
    ])
    // Metadata reaches no tracker.
    expect(JSON.stringify(t.bus.deliveries)).not.toContain('4711')
    t.parts.metrics.flush()
    expect(t.metrics.join()).toContain('"CommandsConcluded":1')
    expect(t.metrics.join()).toContain('"TimeToReply":[890]')
  })

  it('that is repeated is settled again, and nothing is published, counted or sent twice', async () => {
    const deviceId = await t.makeDevice({ firmware: 'TWICE_V1' })
    const command = await sent(deviceId)
    const snapshot = reportOf(command, { ...written, reply })
    for (let i = 0; i < 3; i++) await handle(snapshot)
    expect(t.events).toHaveLength(1)
    expect(t.bus.saidOf('settled')).toHaveLength(3)
    expect(t.bus.deliveries).toHaveLength(1)
    expect(await t.evidence.ofFamily('TWICE')).toMatchObject([{ counts: { answered: 1 } }])
  })

  it('reported at the same time by two invocations ends it once', async () => {
    const deviceId = await t.makeDevice({ firmware: 'BOTH_V1' })
    const command = await sent(deviceId)
    await Promise.all(
      Array.from({ length: 4 }, (_, n) => handle(reportOf(command, { ...written, reply }, { n }))),
    )
    expect(await t.evidence.ofFamily('BOTH')).toMatchObject([{ counts: { answered: 1 } }])
    expect(new Set(t.events.map(({ id }) => id)).size).toBe(1)
  })

  /** A control that stops in the middle of publishing until it is released. */
  const slowToReport = () => {
    const publishing = Promise.withResolvers<void>()
    const toGoOn = Promise.withResolvers<void>()
    const slow = createControl({
      ...t.parts,
      putEvents: async (events) => {
        publishing.resolve()
        await toGoOn.promise
        await t.parts.putEvents(events)
      },
    })
    return { slow, publishing, toGoOn }
  }

  it('that is repeated while its end is being published does not publish it too', async () => {
    const deviceId = await t.makeDevice()
    const snapshot = reportOf(await sent(deviceId), { ...written, reply })
    const { slow, publishing, toGoOn } = slowToReport()
    const first = slow({ ...snapshot, topic: 'x' })
    await publishing.promise
    await handle(snapshot)
    expect(t.events).toEqual([])
    toGoOn.resolve()
    await first
    expect(t.events).toHaveLength(1)
  })

  it('that ends it publishes it once, although a sweep had found the command due just before', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId)
    const snapshot = reportOf(command, { ...written, reply })
    const { slow, publishing, toGoOn } = slowToReport()
    const first = slow({ ...snapshot, topic: 'x' })
    await publishing.promise
    await sweepCommand(t.parts, async () => true, deviceId, command.commandId)
    expect(t.events).toEqual([])
    toGoOn.resolve()
    await first
    expect(t.events).toHaveLength(1)
  })

  it('stores the model that the tracker names, unless the reply names another id', async () => {
    const deviceId = await t.makeDevice()
    const facts = { model: 'ST906', firmware: 'TQ_V1.0', deviceId }
    await handle(reportOf(await sent(deviceId), { ...written, reply }, { reply: { text: 'x', facts } }))
    expect(await t.commands.readDevice(deviceId)).toMatchObject({ model: 'ST906', firmware: 'TQ_V1.0' })
    const other = await sent(deviceId)
    const foreign = { firmware: 'X', deviceId: '1' }
    await handle(reportOf(other, { ...written, reply }, { reply: { text: 'x', facts: foreign } }))
    expect(await t.commands.readDevice(deviceId)).toMatchObject({ firmware: 'TQ_V1.0' })
  })

  it.each([
    ['a yes', 'set-password', { ok: true }, '4711'],
    ['a yes of a HuaSunTek tracker', 'set-password-huasuntek', { ok: true }, '4711'],
    ['a no', 'set-password', { ok: false }, '1234'],
    ['nothing that can be read', 'set-password', { ok: null }, '1234'],
    ['a yes that may be for another command', 'set-password', { ok: true, ambiguous: true }, '1234'],
    ['a yes to another command', 'interval-on', { ok: true }, '1234'],
  ] as const)(
    'of %s to %s stores the correct password in the registry',
    async (_, intent, said, password) => {
      const deviceId = await t.makeDevice({ password: '1234' })
      const command = await sent(deviceId, { intent, params: { newPassword: '4711', seconds: 20 } })
      const reported = (n: number) => reportOf(command, { ...written, reply: { ...reply, ...said } }, { n })
      await handle(reported(1))
      await handle(reported(1))
      expect(await t.commands.readDevice(deviceId)).toMatchObject({ password })
      const changes = (
        await t.parts.audit.search({ deviceId }, { limit: 100, findVisible: async (all) => new Set(all) })
      ).entries.filter(({ step }) => step === 'password-changed')
      expect(changes).toMatchObject(
        password === '1234' ? [] : [{ who: 'key1', commandId: command.commandId, intent, bytes: null }],
      )
      expect(JSON.stringify(changes)).not.toContain('4711')
      // A report that comes once more does not take back what a person registered since.
      await t.devices.put(deviceId, { password: '9999' })
      await handle(reported(2))
      expect(await t.commands.readDevice(deviceId)).toMatchObject({ password: '9999' })
    },
  )

  it('of silence in one dialect sends the other dialect at once, with the password it needs', async () => {
    const deviceId = await t.makeDevice({ password: '7777', model: 'ST-906L' })
    const command = await sent(deviceId, {
      intent: 'engine-restore',
      params: { form: '1,0' },
      dialect: 'auto',
    })
    expect(t.bus.deliveries).toMatchObject([{ dialect: 'h02', password: null }])
    await handle(reportOf(command, { ...written, replyWindowOver: true }))
    expect(t.bus.deliveries[1]).toMatchObject({ dialect: 'text', attempt: 2, password: '7777' })
    expect((await again(command)).timeline.map(({ kind }) => kind)).toContain('other-dialect')
    expect(await t.readQueue(deviceId)).toMatchObject({ openRestore: { commandId: command.commandId } })
  })

  it('of a refusal because the device moved sends it to the new session', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    await handle(reportOf(command, { written: 'no', refusal: 'no-session: it is not here' }))
    expect(t.bus.deliveries[1]).toMatchObject({ attempt: 2, sessionId: sessionOf(2).sessionId })
  })

  it('of an unknown command changes nothing during its delivery, and queues it again afterwards', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId)
    const ignorant = reportOf(command, {}, { known: false })
    await handle(ignorant)
    expect(t.bus.deliveries).toHaveLength(1)
    t.clock.now += MINUTE
    await handle(ignorant)
    expect(t.bus.deliveries[1]).toMatchObject({ attempt: 2, commandId: command.commandId })
  })

  it('of a command that no longer exists is settled as well', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId)
    await t.commands.purge(deviceId, start + MINUTE)
    await handle(reportOf(command, { ...written, reply }))
    expect(t.bus.saidOf('settled')).toHaveLength(1)
  })

  it('is not settled when a step failed, so that it is repeated', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId)
    const failing = createControl({
      ...t.parts,
      putEvents: () => Promise.reject(new Error('the bus is down')),
    })
    const event = { ...reportOf(command, { ...written, reply }), topic: 'x' }
    await expect(failing(event)).rejects.toThrow('the bus is down')
    expect(t.bus.saidOf('settled')).toEqual([])
    // The process that saved the conclusion has a minute to publish it; then any report does it, or the sweep.
    t.clock.now += MINUTE
    await control(event)
    expect(t.events).toHaveLength(1)
    expect(t.bus.saidOf('settled')).toHaveLength(1)
  })

  it('that cannot be parsed does not delay others', async () => {
    await control({ v: 99, kind: 'command', topic: 'x' })
    await control({ v: 1, kind: 'other', topic: 'x' })
    expect(t.log.join()).toContain('report not understood')
  })
})

describe('a report of a session', () => {
  const sessionReport = (deviceId: string, n: number, more: Partial<SessionReport> = {}): SessionReport => ({
    v: 1,
    kind: 'session',
    deviceId,
    ...sessionOf(n),
    epoch: n,
    event: 'opened',
    at: t.clock.now,
    ...more,
  })

  it('that began sends queued commands, and is settled', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const command = await sent(deviceId)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    await handle(sessionReport(deviceId, 2))
    expect(t.bus.deliveries).toMatchObject([
      { commandId: command.commandId, sessionId: sessionOf(2).sessionId },
    ])
    expect(t.bus.said).toEqual([
      {
        gatewayId: 'gateway2',
        message: {
          v: 1,
          kind: 'session-settled',
          deviceId,
          sessionId: sessionOf(2).sessionId,
          event: 'opened',
        },
      },
    ])
  })

  it('asks the gateway that lost the device for its facts about the open command', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    await handle(sessionReport(deviceId, 2))
    expect(t.bus.said[0]).toEqual({
      gatewayId: 'gateway1',
      message: { v: 1, kind: 'ask', deviceId, commandId: command.commandId, attempt: 1 },
    })
  })

  it('that has already ended does nothing', async () => {
    const deviceId = await t.makeDevice({ online: false })
    await sent(deviceId)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    await handle(sessionReport(deviceId, 1))
    expect(t.bus.deliveries).toEqual([])
    expect(t.bus.saidOf('session-settled')).toHaveLength(1)
  })

  it('contest: one event with both addresses, and a cut is refused', async () => {
    const deviceId = await t.makeDevice()
    await t.sessions.login({ ...sessionOf(2), deviceId })
    const contested = (minutes: number) =>
      sessionReport(deviceId, 1, {
        event: 'contested',
        at: start + minutes * MINUTE,
        remoteAddress: '203.0.113.1',
        ownerAddress: '203.0.113.2',
      })
    for (const minutes of [0, 1, 2]) {
      await handle(contested(minutes))
      await handle(contested(minutes))
    }
    const { type, deviceId: ofDevice, data } = t.events[0]!
    expect(new Set(t.events.map(({ id }) => id)).size).toBe(1)
    expect({ type, ofDevice, data }).toEqual({
      type: 'device.contested',
      ofDevice: deviceId,
      data: {
        ownerAddress: '203.0.113.2',
        otherAddress: '203.0.113.1',
        until: new Date(start + 30 * MINUTE).toISOString(),
      },
    })
    const toOwner = t.bus.said.filter(({ message }) => message.kind === 'changed')
    expect(toOwner[0]).toEqual({ gatewayId: 'gateway2', message: { v: 1, kind: 'changed', deviceId } })
    const cut = t.order(deviceId, { intent: 'engine-cut', danger: 'dangerous', dialect: 'h02' })
    expect(await t.dispatcher.submit(cut)).toEqual({ outcome: 'contested', until: start + 32 * MINUTE })
  })

  it('that became established sends queued commands with secrets, if it is the owner', async () => {
    const deviceId = await t.makeDevice({ online: false, password: '4321', isKnownNetwork: false })
    const secret = await sent(deviceId, { intent: 'interval-on', params: { seconds: 20 } })
    await t.sessions.login({ ...sessionOf(2), deviceId })
    await handle(sessionReport(deviceId, 2))
    expect(t.bus.deliveries).toEqual([])
    const from = new Date(t.clock.now + MINUTE).toISOString()
    const waits = (await t.commands.get(deviceId, secret.commandId))!
    expect(waits.timeline.at(-1)).toMatchObject({ kind: 'waiting', text: expect.stringContaining(from) })
    await handle(sessionReport(deviceId, 1, { event: 'established' }))
    expect(t.bus.deliveries).toEqual([])
    await handle(sessionReport(deviceId, 2, { event: 'established' }))
    expect(t.bus.deliveries).toMatchObject([{ commandId: secret.commandId, secret: true, password: '4321' }])
  })

  it('that confirms a command while the device is contested does not count', async () => {
    const deviceId = await t.makeDevice()
    const command = await sent(deviceId, { intent: 'arm', dialect: 'h02' })
    await t.setDevice(deviceId, 'contestedUntil', t.clock.now + MINUTE)
    const effect = { at: t.clock.now, seen: 'expected', likely: false } as const
    await handle(reportOf(command, { ...written, reply, already: false, effect, effectWindowOver: true }))
    expect((await t.commands.get(deviceId, command.commandId))?.conclusion?.verdict).toBe('unconfirmed')
  })

  it('of a refused source causes one event id an hour', async () => {
    const refusal = {
      v: 1,
      kind: 'source-refused',
      deviceId: '7',
      gatewayId: 'g1',
      remoteAddress: '192.0.2.1',
    }
    for (const at of [start, start + MINUTE, start + 61 * MINUTE]) await handle({ ...refusal, at } as never)
    expect(t.events.map(({ type }) => type)).toEqual(Array(3).fill('device.source-refused'))
    expect(new Set(t.events.map(({ id }) => id)).size).toBe(2)
  })

  it('of a device that reached its daily limit causes one event', async () => {
    const limit = { v: 1, kind: 'daily-limit', deviceId: '7', gatewayId: 'g1', at: start }
    await handle(limit as never)
    expect(t.events).toMatchObject([{ type: 'device.daily-limit', deviceId: '7', data: {} }])
  })

  it('of an unregistered id, and of one that registered itself, causes one event id each', async () => {
    const reporter = { v: 1, deviceId: '7', gatewayId: 'g1', at: start }
    const seen = { remoteAddress: '192.0.2.1', sampleType: 'V1' }
    const reports = [
      { ...reporter, kind: 'unknown-seen', ...seen },
      { ...reporter, kind: 'registered' },
    ]
    for (const report of [...reports, ...reports]) await handle(report as never)
    expect(t.events.slice(0, 2)).toMatchObject([
      { type: 'unknown-device.seen', at: start, deviceId: '7', data: seen },
      { type: 'device.added', at: start, deviceId: '7', data: { registeredBy: 'open', name: null } },
    ])
    expect(new Set(t.events.map(({ id }) => id)).size).toBe(2)
  })
})

describe('secrets of commands', () => {
  it('appear in no event, no log and no metric', async () => {
    const deviceId = await t.makeDevice({ password: '918273' })
    const secrets = ['918273', 'aPnSecret77', '34600111222']
    const command = await sent(deviceId, {
      intent: 'apn',
      params: { apn: 'internet', user: 'u', password: 'aPnSecret77' },
      raw: Buffer.from('803918273 internet u aPnSecret77').toString('hex'),
      danger: 'disruptive',
    })
    const text = 'UP:918273,U1:34600111222,PW:aPnSecret77'
    const bytes = Buffer.from('803918273 internet u aPnSecret77').toString('hex')
    await handle(
      reportOf(
        command,
        { ...written, reply },
        {
          reply: { text, facts: {} },
          timeline: [
            {
              id: '1.written',
              at: start,
              kind: 'written',
              attempt: 1,
              text: 'Written.',
              raw: bytes,
              frame: null,
            },
          ],
        },
      ),
    )
    t.parts.metrics.flush()
    const stored = JSON.stringify(await again(command))
    expect(stored).toContain('aPnSecret77')
    const audit = await t.parts.audit.list(deviceId)
    const shown = audit.map((entry) => Buffer.from(entry.bytes ?? '', 'hex').toString())
    expect(shown.at(-1)).toMatch(/^803\*{4}/)
    const said = JSON.stringify([t.events, t.log, t.metrics, audit, shown])
    for (const secret of secrets) expect(said).not.toContain(secret)
  })
})
