import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_QUEUED } from '#shared/domain/device-commands.ts'
import { changeCommand } from '#shared/commands/change-command.ts'
import { applySnapshot } from '#shared/domain/command-reports.ts'
import type { AttemptFacts } from '#shared/domain/verdict.ts'
import { MINUTE, reportOf, SECOND, sessionOf, start, startCommands, type TestCommands } from './harness.ts'

let t: TestCommands
beforeAll(async () => {
  t = await startCommands()
})
afterAll(() => t.close())
beforeEach(() => {
  t.clock.now = start
  t.bus.answer = () => 'taken'
  t.bus.deliveries.length = 0
})

const report = async (deviceId: string, commandId: string, facts: Partial<AttemptFacts>) =>
  (await changeCommand(t.parts, deviceId, commandId, (life, context) =>
    applySnapshot(life, reportOf(life.command, facts), context),
  ))!.after.command
const answered = {
  written: 'yes' as const,
  writtenAt: start,
  reply: { at: start, ok: true, ambiguous: false, late: false },
}
const stateOf = async (deviceId: string, commandId: string) =>
  (await t.commands.get(deviceId, commandId))?.state

describe('submitting a command', () => {
  it('refuses a command that may not wait, until the device is free', async () => {
    const disruptive = { intent: 'sms-mode', danger: 'disruptive', mayWait: false } as const
    const offline = await t.makeDevice({ online: false })
    expect(await t.dispatcher.submit(t.order(offline, disruptive))).toEqual({ outcome: 'no-session' })
    const deviceId = await t.makeDevice()
    const first = t.order(deviceId)
    await t.dispatcher.submit(first)
    const refused = await t.dispatcher.submit(t.order(deviceId, disruptive))
    expect(refused).toEqual({ outcome: 'busy', commandId: first.commandId })
    expect((await t.readQueue(deviceId)).queue).toEqual([])
    const free = await t.makeDevice()
    expect(await t.dispatcher.submit(t.order(free, disruptive))).toMatchObject({
      outcome: 'created',
      command: { state: 'dispatching', mayWait: false },
    })
  })

  it('sends at once where nothing prevents it: one read, one transaction, one delivery', async () => {
    const deviceId = await t.makeDevice({ password: '4321' })
    const sent = vi.spyOn(t.client, 'send')
    const order = t.order(deviceId)
    const { outcome, command } = (await t.dispatcher.submit(order)) as any
    expect(sent.mock.calls.map(([call]) => call.constructor.name)).toEqual([
      'GetCommand',
      'TransactWriteCommand',
    ])
    sent.mockRestore()
    expect(outcome).toBe('created')
    expect(command).toMatchObject({
      state: 'dispatching',
      attempts: [{ n: 1, dialect: 'text', gatewayId: 'gateway1' }],
    })
    expect(t.bus.deliveries).toEqual([
      {
        v: 1,
        kind: 'deliver',
        deviceId,
        commandId: order.commandId,
        attempt: 1,
        sessionId: sessionOf(1).sessionId,
        notAfter: start + 5 * SECOND,
        dialect: 'text',
        intent: 'read-status',
        params: {},
        raw: null,
        password: '4321',
        danger: 'harmless',
        interlock: null,
      },
    ])
    expect(await t.readQueue(deviceId)).toEqual({
      queue: [],
      open: { commandId: order.commandId, effectKey: null },
      openRestore: null,
      watching: [],
    })
    expect(await t.commands.get(deviceId, order.commandId)).toEqual(command)
  })

  it('queues a command while the device is offline or has another command open', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const first = t.order(deviceId)
    const second = t.order(deviceId, { intent: 'read-firmware' })
    await t.dispatcher.submit(first)
    await t.dispatcher.submit(second)
    expect(t.bus.deliveries).toEqual([])
    expect((await t.readQueue(deviceId)).queue.map(({ commandId }) => commandId)).toEqual([
      first.commandId,
      second.commandId,
    ])
    const stored = await t.commands.get(deviceId, first.commandId)
    expect(stored).toMatchObject({ state: 'queued', dueAt: first.expiresAt })
    expect(stored?.timeline.map(({ kind }) => kind)).toEqual(['created', 'waiting'])
    await t.sessions.login({ ...sessionOf(1), deviceId })
    expect(await t.dispatchNext(deviceId)).toMatchObject({ outcome: 'taken' })
    expect(await t.dispatchNext(deviceId)).toMatchObject({ outcome: 'busy' })
    expect(t.bus.deliveries.map(({ commandId }) => commandId)).toEqual([first.commandId])
  })

  it('notices a login that came after it read the device', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const readDevice = t.commands.readDevice
    let isFirst = true
    const racing = {
      ...t.parts,
      commands: {
        ...t.commands,
        readDevice: async (id: string) => {
          const device = await readDevice(id)
          if (isFirst) await t.sessions.login({ ...sessionOf(1), deviceId })
          isFirst = false
          return device
        },
      },
    }
    const { createDispatcher } = await import('#shared/commands/dispatcher.ts')
    await createDispatcher(racing).submit(t.order(deviceId))
    expect(t.bus.deliveries).toHaveLength(1)
  })

  it('makes one command of a repeated request, even if the queue has changed since', async () => {
    const deviceId = await t.makeDevice()
    const order = t.order(deviceId)
    await t.dispatcher.submit(order)
    expect(await t.dispatcher.submit(order)).toMatchObject({
      outcome: 'exists',
      command: { commandId: order.commandId },
    })
    const queued = t.order(deviceId, { intent: 'read-firmware' })
    await t.dispatcher.submit(queued)
    expect(await t.dispatcher.submit(queued)).toMatchObject({ outcome: 'exists' })
    expect(t.bus.deliveries).toHaveLength(1)
    expect((await t.readQueue(deviceId)).queue).toHaveLength(1)
  })

  it('refuses a command that is already queued, or replaces it', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const first = t.order(deviceId, { intent: 'interval-on', params: { seconds: 20 } })
    const behind = t.order(deviceId)
    await t.dispatcher.submit(first)
    await t.dispatcher.submit(behind)
    const again = t.order(deviceId, { intent: 'interval-on', params: { seconds: 20 } })
    expect(await t.dispatcher.submit(again)).toMatchObject({
      outcome: 'identical',
      command: { commandId: first.commandId },
    })
    expect(await t.dispatcher.submit(again, { replace: true })).toMatchObject({ outcome: 'created' })
    expect((await t.readQueue(deviceId)).queue.map(({ commandId }) => commandId)).toEqual([
      again.commandId,
      behind.commandId,
    ])
    expect(await t.commands.get(deviceId, first.commandId)).toMatchObject({
      state: 'concluded',
      conclusion: { verdict: 'undelivered', reason: 'replaced' },
    })
    const other = t.order(deviceId, { intent: 'interval-on', params: { seconds: 30 } })
    expect(await t.dispatcher.submit(other)).toMatchObject({ outcome: 'created' })
  })

  it('queues commands up to a limit', async () => {
    const deviceId = await t.makeDevice({ online: false })
    for (let i = 0; i < MAX_QUEUED; i++) {
      await t.dispatcher.submit(t.order(deviceId, { intent: 'interval-on', params: { seconds: 10 + i } }))
    }
    expect(await t.dispatcher.submit(t.order(deviceId))).toEqual({ outcome: 'full', maxQueued: MAX_QUEUED })
    expect(await t.dispatcher.flush(deviceId)).toHaveLength(MAX_QUEUED)
    expect((await t.readQueue(deviceId)).queue).toEqual([])
  })

  it('finds no device that is not registered or was deleted', async () => {
    expect(await t.dispatcher.submit(t.order('6999999999'))).toEqual({ outcome: 'no-device' })
    const deviceId = await t.makeDevice()
    await t.devices.remove(deviceId)
    expect(await t.dispatcher.submit(t.order(deviceId))).toEqual({ outcome: 'no-device' })
    expect(await t.dispatchNext(deviceId)).toMatchObject({ outcome: 'nothing' })
  })

  it('makes all commands of a probe at once, in order, and sends the first', async () => {
    const deviceId = await t.makeDevice()
    const orders = ['read-status', 'read-firmware', 'read-config'].map((intent) =>
      t.order(deviceId, { intent, probeId: 'p1' }),
    )
    const [first, ...others] = orders
    await t.dispatcher.submitAll([first!, ...others])
    expect(t.bus.deliveries.map(({ intent }) => intent)).toEqual(['read-status'])
    expect((await t.readQueue(deviceId)).queue.map(({ commandId }) => commandId)).toEqual(
      others.map(({ commandId }) => commandId),
    )
  })
})

describe('a dangerous command', () => {
  const cut = { intent: 'engine-cut', danger: 'dangerous', dialect: 'h02' } as const

  it('is sent at once, with the limits for the interlock of the gateway, and is audited', async () => {
    const deviceId = await t.makeDevice()
    const order = t.order(deviceId, cut)
    expect(await t.dispatcher.submit(order)).toMatchObject({ outcome: 'created' })
    expect(t.bus.deliveries[0]).toMatchObject({ interlock: { maxSpeedKmh: 20, maxFixAgeMs: MINUTE } })
    expect(await t.parts.audit.list(deviceId)).toMatchObject([
      { step: 'asked', who: 'key1', intent: 'engine-cut', at: start, verdict: null },
    ])
    await report(deviceId, order.commandId, { written: 'no', refusal: 'interlock: 21 km/h' })
    expect(await t.parts.audit.list(deviceId)).toMatchObject([
      { step: 'asked' },
      { step: 'ended', verdict: 'undelivered', reason: 'interlock: 21 km/h' },
    ])
  })

  it('is refused without a session, while another is open, and while contested', async () => {
    const offline = await t.makeDevice({ online: false })
    expect(await t.dispatcher.submit(t.order(offline, cut))).toEqual({ outcome: 'no-session' })
    const deviceId = await t.makeDevice()
    const open = t.order(deviceId)
    await t.dispatcher.submit(open)
    expect(await t.dispatcher.submit(t.order(deviceId, cut))).toEqual({
      outcome: 'busy',
      commandId: open.commandId,
    })
    const contested = await t.makeDevice()
    await t.setDevice(contested, 'contestedUntil', start + MINUTE)
    expect(await t.dispatcher.submit(t.order(contested, cut))).toEqual({
      outcome: 'contested',
      until: start + MINUTE,
    })
    t.clock.now += MINUTE
    expect(await t.dispatcher.submit(t.order(contested, cut))).toMatchObject({ outcome: 'created' })
  })

  it('is refused while the same effect is watched, and is never queued', async () => {
    const deviceId = await t.makeDevice()
    const restore = t.order(deviceId, { intent: 'engine-restore', params: { form: '1,0' }, dialect: 'h02' })
    await t.dispatcher.submit(restore)
    await report(deviceId, restore.commandId, answered)
    expect((await t.readQueue(deviceId)).watching).toHaveLength(1)
    expect(await t.dispatcher.submit(t.order(deviceId, cut))).toEqual({
      outcome: 'busy',
      commandId: restore.commandId,
    })
    expect((await t.readQueue(deviceId)).queue).toEqual([])
  })

  it('that could not be delivered has ended', async () => {
    const deviceId = await t.makeDevice()
    t.bus.answer = () => 'not-connected'
    const submitted: any = await t.dispatcher.submit(t.order(deviceId, cut))
    expect(submitted.command.conclusion).toMatchObject({ verdict: 'undelivered', reason: 'not-connected' })
    expect(await t.readQueue(deviceId)).toEqual({ queue: [], open: null, openRestore: null, watching: [] })
  })
})

describe('a delivery', () => {
  it('to a disconnected gateway puts the command first in the queue, without a retry', async () => {
    const deviceId = await t.makeDevice()
    t.bus.answer = () => 'not-connected'
    const submitted: any = await t.dispatcher.submit(t.order(deviceId))
    expect(submitted.command).toMatchObject({ state: 'queued', dueAt: start + MINUTE })
    expect(await t.dispatchNext(deviceId)).toMatchObject({ outcome: 'too-soon' })
    t.bus.answer = () => 'taken'
    t.clock.now += MINUTE
    expect(await t.dispatchNext(deviceId)).toMatchObject({ outcome: 'taken' })
    expect(t.bus.deliveries).toMatchObject([{ attempt: 2 }])
  })

  it('of bytes that must not join with others waits, and later commands go first', async () => {
    const deviceId = await t.makeDevice()
    const raw = Buffer.from('8050000 20').toString('hex')
    const held = t.order(deviceId, { intent: 'interval-on', raw, params: { seconds: 20 } })
    await t.dispatcher.submit(held)
    await report(deviceId, held.commandId, { written: 'no', refusal: 'unfinished-bytes: x' })
    expect(await stateOf(deviceId, held.commandId)).toBe('queued')
    const next = t.order(deviceId)
    await t.dispatcher.submit(next)
    expect(await stateOf(deviceId, next.commandId)).toBe('dispatching')
    await report(deviceId, next.commandId, answered)
    t.clock.now += MINUTE
    expect(await t.dispatchNext(deviceId)).toMatchObject({
      outcome: 'taken',
      command: { commandId: held.commandId, attempts: [{ n: 1 }, { n: 2 }] },
    })
  })

  it('goes to a new session at once', async () => {
    const deviceId = await t.makeDevice()
    t.bus.answer = () => 'not-connected'
    await t.dispatcher.submit(t.order(deviceId))
    await t.sessions.login({ ...sessionOf(2), deviceId })
    t.bus.answer = () => 'taken'
    expect(await t.dispatchNext(deviceId)).toMatchObject({ outcome: 'taken' })
    expect(t.bus.deliveries).toMatchObject([{ attempt: 2, sessionId: sessionOf(2).sessionId }])
  })

  it('with an unknown outcome leaves the command open: it may be written', async () => {
    const deviceId = await t.makeDevice()
    t.bus.answer = () => 'unknown'
    const submitted: any = await t.dispatcher.submit(t.order(deviceId))
    expect(submitted.command.state).toBe('dispatching')
    expect(await t.dispatchNext(deviceId)).toMatchObject({ outcome: 'busy' })
  })

  it('that the bus refuses notifies the operators, and the command waits', async () => {
    const deviceId = await t.makeDevice()
    t.bus.answer = () => new Error('forbidden')
    const submitted: any = await t.dispatcher.submit(t.order(deviceId))
    expect(submitted.command.state).toBe('queued')
    expect(t.log.join()).toContain('command bus refused a delivery')
  })
})

describe('the queue of a device', () => {
  it('is sent one by one, in order, however many dispatch at the same time', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const orders = Array.from({ length: 6 }, (_, i) =>
      t.order(deviceId, { intent: 'read-state', params: { mode: String(i) }, dialect: 'h02' }),
    )
    for (const order of orders) await t.dispatcher.submit(order)
    await t.sessions.login({ ...sessionOf(1), deviceId })
    for (let i = 0; i < orders.length; i++) {
      await Promise.all(Array.from({ length: 4 }, () => t.dispatchNext(deviceId)))
      expect(t.bus.deliveries).toHaveLength(i + 1)
      await report(deviceId, orders[i]!.commandId, answered)
    }
    expect(t.bus.deliveries.map(({ commandId, attempt }) => [commandId, attempt])).toEqual(
      orders.map(({ commandId }) => [commandId, 1]),
    )
  })

  it('sends a second command while an effect of the first is watched', async () => {
    const deviceId = await t.makeDevice()
    const make = (seconds: number) => t.order(deviceId, { intent: 'interval-on', params: { seconds } })
    const [first, second] = [make(18_000), make(20)]
    for (const order of [first, second]) await t.dispatcher.submit(order)
    await report(deviceId, first.commandId, answered)
    await t.dispatchNext(deviceId)
    expect(await stateOf(deviceId, second.commandId)).toBe('dispatching')
  })

  it('sends a restore at once, beside an open text and before queued commands, in h02', async () => {
    const deviceId = await t.makeDevice({ password: '7777' })
    const texts = [t.order(deviceId), t.order(deviceId, { intent: 'read-firmware' })]
    for (const order of texts) await t.dispatcher.submit(order)
    const restore = t.order(deviceId, { intent: 'engine-restore', params: { form: '1,0' }, dialect: 'auto' })
    await t.dispatcher.submit(restore)
    expect(t.bus.deliveries).toMatchObject([
      { commandId: texts[0]!.commandId },
      { commandId: restore.commandId, dialect: 'h02', password: null },
    ])
    expect(await t.readQueue(deviceId)).toMatchObject({
      open: { commandId: texts[0]!.commandId },
      openRestore: { commandId: restore.commandId },
      queue: [{ commandId: texts[1]!.commandId }],
    })
  })

  it('refuses a cut while a restore is in progress, also when only its effect is watched', async () => {
    const deviceId = await t.makeDevice()
    const restore = t.order(deviceId, { intent: 'engine-restore', params: { form: '1,0' } })
    await t.dispatcher.submit(restore)
    const cut = () => t.dispatcher.submit(t.order(deviceId, { intent: 'engine-cut', danger: 'dangerous' }))
    expect(await cut()).toEqual({ outcome: 'busy', commandId: restore.commandId })
    await report(deviceId, restore.commandId, answered)
    expect((await t.readQueue(deviceId)).watching).toHaveLength(1)
    expect(await cut()).toEqual({ outcome: 'busy', commandId: restore.commandId })
  })

  it('accepts a restore though the queue is full', async () => {
    const deviceId = await t.makeDevice({ online: false })
    for (let i = 0; i < MAX_QUEUED; i++) {
      await t.dispatcher.submit(t.order(deviceId, { params: { n: i } }))
    }
    const restore = t.order(deviceId, { intent: 'engine-restore', params: { form: '1,0' } })
    expect(await t.dispatcher.submit(restore)).toMatchObject({ outcome: 'created' })
    expect((await t.readQueue(deviceId)).queue[0]?.commandId).toBe(restore.commandId)
  })

  it('ends commands that have waited too long or belong to a deleted registration', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const old = t.order(deviceId, { expiresAt: start + MINUTE })
    await t.dispatcher.submit(old)
    t.clock.now += 2 * MINUTE
    const fresh = t.order(deviceId, { intent: 'read-firmware' })
    await t.dispatcher.submit(fresh)
    await t.sessions.login({ ...sessionOf(1), deviceId })
    await t.dispatchNext(deviceId)
    expect(t.bus.deliveries.map(({ commandId }) => commandId)).toEqual([fresh.commandId])
    expect(await t.commands.get(deviceId, old.commandId)).toMatchObject({ conclusion: { reason: 'expired' } })

    const again = await t.makeDevice({ online: false })
    const foreign = t.order(again)
    await t.dispatcher.submit(foreign)
    t.clock.now += MINUTE
    await t.devices.remove(again)
    await t.devices.put(again, {})
    await t.sessions.login({ ...sessionOf(1), deviceId: again })
    expect(await t.dispatchNext(again)).toMatchObject({ outcome: 'nothing' })
    expect(await t.commands.get(again, foreign.commandId)).toMatchObject({
      conclusion: { verdict: 'undelivered', reason: 'device-deleted' },
    })
  })

  it('cancels a queued command, and sends the one behind it', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const [first, second] = [t.order(deviceId), t.order(deviceId, { intent: 'read-firmware' })]
    await t.dispatcher.submit(first)
    await t.dispatcher.submit(second)
    await t.sessions.login({ ...sessionOf(1), deviceId })
    expect(await t.dispatcher.cancel(deviceId, first.commandId)).toMatchObject({ outcome: 'cancelled' })
    expect(t.bus.deliveries.map(({ commandId }) => commandId)).toEqual([second.commandId])
    expect(await t.dispatcher.cancel(deviceId, 'nothing')).toBeNull()
  })

  it('ends the watch of a cancelled command, and concludes it by what is known', async () => {
    const deviceId = await t.makeDevice()
    const order = t.order(deviceId, { intent: 'interval-on', params: { seconds: 18_000 } })
    await t.dispatcher.submit(order)
    await report(deviceId, order.commandId, answered)
    const cancelled = await t.dispatcher.cancel(deviceId, order.commandId)
    expect(cancelled).toMatchObject({
      outcome: 'cancelled',
      command: { conclusion: { verdict: 'unconfirmed', reason: 'cancelled' }, waitingFor: null },
    })
    expect((await t.readQueue(deviceId)).watching).toEqual([])
    expect(await t.dispatcher.cancel(deviceId, order.commandId)).toMatchObject({ outcome: 'concluded' })
  })

  it('ends a cancelled command that awaits its reply when its reply window ends', async () => {
    const deviceId = await t.makeDevice()
    const order = t.order(deviceId, { intent: 'interval-on', params: { seconds: 18_000 } })
    await t.dispatcher.submit(order)
    expect(await t.dispatcher.cancel(deviceId, order.commandId)).toMatchObject({
      outcome: 'cancelled',
      command: { state: 'dispatching' },
    })
    await report(deviceId, order.commandId, { ...answered, reply: null, replyWindowOver: true })
    expect(await t.commands.get(deviceId, order.commandId)).toMatchObject({
      conclusion: { verdict: 'unanswered', reason: 'cancelled' },
    })
  })
})

describe('the dialect of a command', () => {
  it('is chosen by what that firmware answered, whatever the model', async () => {
    const order = (deviceId: string) =>
      t.order(deviceId, { intent: 'engine-restore', params: { form: '1,0' }, dialect: 'auto' })
    const teach = async () => {
      const deviceId = await t.makeDevice({ model: 'ST-906L', firmware: 'TEACH_V1' })
      const taught = t.order(deviceId, { intent: 'engine-restore', params: { form: '1,0' }, dialect: 'text' })
      await t.dispatcher.submit(taught)
      await report(deviceId, taught.commandId, { ...answered, effectWindowOver: true })
    }
    await t.dispatcher.submit(order(await t.makeDevice({ model: 'ST-901L', firmware: 'TEACH_V1' })))
    expect(t.bus.deliveries.at(-1)?.dialect).toBe('h02')
    await teach()
    t.clock.now += 2 * MINUTE
    await t.dispatcher.submit(order(await t.makeDevice({ model: 'ST-901L', firmware: 'TEACH_V1' })))
    expect(t.bus.deliveries.at(-1)?.dialect).toBe('text')
    for (const firmware of ['TEACH_V2', null]) {
      await t.dispatcher.submit(order(await t.makeDevice({ model: 'ST-906L', firmware })))
      expect(t.bus.deliveries.at(-1)?.dialect).toBe('h02')
    }
  })
})
