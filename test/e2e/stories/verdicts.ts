import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { topicsOf } from '#shared/domain/topics.ts'
import { scaled, timeScale, type CommandSystem } from '../command-system.ts'
import { readAll, until } from '../harness.ts'
import { system } from '../shared-system.ts'

/**
 * One story for each row of the verdict table (cdk/ARCHITECTURE.md section 6) and for each way in which trackers treat
 * commands, over real TCP, MQTT and HTTP. All of them run at the same time.
 */
type Story = {
  readonly title: string
  readonly run: (system: CommandSystem, deviceId: string) => Promise<any>
  readonly expect: (command: any) => void
}

const textsOf = (command: any): string[] => command.timeline.map((item: any) => item.text)
const kindsOf = (command: any): string[] => command.timeline.map((item: any) => item.kind)
const bytesOf = (command: any, kind: string): string[] =>
  command.timeline.filter((item: any) => item.kind === kind).map((item: any) => item.bytes?.text)

/** The timeline of every written and answered command, in this order. */
const answeredOrder = ['created', 'dispatched', 'taken', 'written', 'reply']
const inOrder = (command: any, kinds: readonly string[]): void => {
  const found = kindsOf(command)
  let from = 0
  for (const kind of kinds) {
    const at = found.indexOf(kind, from)
    expect([kind, found, at >= 0]).toEqual([kind, found, true])
    from = at + 1
  }
}

/** Sends a command to a new tracker of this profile, and waits for the verdict. */
const asked =
  (verdict: string, profile: string, body: object, wanted: object = {}) =>
  async (system: CommandSystem, deviceId: string): Promise<any> => {
    await system.drive(profile, deviceId, wanted)
    return system.endedAs(await system.order(deviceId, body), verdict)
  }
/** On a busy machine the sweep may conclude before the gateway's report of the silence comes. */
const ofSilence = /^(?:unanswered|unknown)$/
/** The same for a command whose reply comes after its window; `first` is the command with the verdict before that. */
const late =
  (profile: string, body: { readonly intent: string; readonly confirm?: boolean }) =>
  async (system: CommandSystem, deviceId: string): Promise<any> => {
    await system.drive(profile, deviceId)
    const command = await system.order(deviceId, body)
    const first = await system.ended(command)
    const corrected = await system.endedAs(command, 'answered')
    const { models } = await system.ask('GET', '/v1/evidence')
    const families = await Promise.all(
      models.map((model: string) => system.ask('GET', `/v1/evidence?model=${model}`)),
    )
    const rows = families.flatMap(({ items }) => items)
    return { ...corrected, first, evidence: rows.filter(({ intent }: any) => intent === body.intent) }
  }

/** Cuts the engine. While the simulated receiver has no satellites, the cut is refused and nothing is written. */
async function cutWhenAllowed(system: CommandSystem, deviceId: string): Promise<any> {
  for (;;) {
    const ordered = await system.orderTwice(deviceId, { intent: 'engine-cut' })
    const cut = await system.ended(ordered)
    if (cut.verdict !== 'undelivered') return system.endedAs(ordered, 'confirmed')
    // A busy machine may deliver it after its time.
    expect(cut.conclusion.reason).toMatch(/the last position has no fix|^(?:not-received|too-late)\b/)
  }
}

const stories: Story[] = [
  {
    title: 'undelivered: it expires before the device comes back',
    run: async (system, deviceId) => {
      await system.register(deviceId)
      return system.ended(await system.order(deviceId, { intent: 'read-status', expiresInSeconds: 1 }))
    },
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'undelivered', conclusion: { reason: 'expired' } })
      inOrder(command, ['created', 'waiting', 'expired', 'concluded'])
    },
  },
  {
    title: 'undelivered: it is cancelled while it waits',
    run: async (system, deviceId) => {
      await system.register(deviceId)
      const { commandId } = await system.order(deviceId, { intent: 'read-status' })
      return system.ask('DELETE', system.pathOf(deviceId, commandId))
    },
    expect: (command) =>
      expect(command).toMatchObject({ verdict: 'undelivered', conclusion: { reason: 'cancelled' } }),
  },
  {
    title: 'undelivered: it cannot be said with the password that the device has',
    run: async (system, deviceId) => {
      await system.register(deviceId, { password: 'secret' })
      await system.drive('st906l', deviceId)
      return system.ended(await system.order(deviceId, { intent: 'interval-on', params: { seconds: 20 } }))
    },
    expect: (command) => {
      expect(command.verdict).toBe('undelivered')
      expect(command.conclusion.reason).toContain('password')
      expect(kindsOf(command)).not.toContain('written')
    },
  },
  {
    title: 'rejected: the tracker says ERROR',
    run: asked('rejected', 'st906l', { intent: 'listen-in', params: { phone: '0123456789' }, confirm: true }),
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'rejected', conclusion: { ok: false } })
      inOrder(command, answeredOrder)
    },
  },
  {
    title: 'contradicted: cj730 answers the restore, and its relay stays open',
    run: async (system, deviceId) => {
      await system.drive('cj730', deviceId, { ignition: 'off' })
      const cut = await cutWhenAllowed(system, deviceId)
      const restore = await system.order(deviceId, { intent: 'engine-restore' })
      return { ...(await system.endedAs(restore, 'contradicted')), cut }
    },
    expect: (command) => {
      expect(command.cut.verdict).toBe('confirmed')
      expect(command.verdict).toBe('contradicted')
      inOrder(command, ['written', 'reply', 'effect', 'concluded'])
    },
  },
  {
    title: 'confirmed: st906l changes its spacing',
    run: async (system, deviceId) => {
      await system.drive('st906l', deviceId, { ignition: 'on' })
      // Without a known spacing from before, a new one is only likely an effect of the command.
      await until(
        () => readAll(system.embedded, `/v1/devices/${deviceId}/positions`),
        (fixes) => fixes.length > 2,
      )
      const ordered = await system.order(deviceId, { intent: 'interval-on', params: { seconds: 20 } })
      return system.endedAs(ordered, 'confirmed')
    },
    expect: (command) => {
      expect(command).toMatchObject({
        verdict: 'confirmed',
        conclusion: { likely: false, ok: true },
        reply: { text: 'SET OK' },
      })
      expect(bytesOf(command, 'written')).toEqual(['8050000 20'])
      inOrder(command, ['written', 'reply', 'effect', 'concluded'])
    },
  },
  {
    title: 'confirmed: st906l changes its spacing by D1',
    run: asked('confirmed', 'st906l', { intent: 'interval', params: { seconds: 30 } }, { ignition: 'on' }),
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'confirmed' })
      expect(command.attempts[0]).toMatchObject({ dialect: 'h02' })
      expect(bytesOf(command, 'written')[0]).toMatch(/^\*HQ,\d{10},D1,\d{6},30,65535#$/)
    },
  },
  {
    title: 'confirmed: st906l cuts in two steps, parked, and says so by its status',
    run: async (system, deviceId) => {
      await system.drive('st906l', deviceId, { ignition: 'off' })
      const cut = await cutWhenAllowed(system, deviceId)
      const restore = await system.order(deviceId, { intent: 'engine-restore' })
      const restored = await system.endedAs(restore, 'confirmed')
      return { ...cut, restored, audit: await system.ask('GET', `/v1/devices/${deviceId}/audit`) }
    },
    expect: (command) => {
      expect([command.verdict, command.restored.verdict]).toEqual(['confirmed', 'confirmed'])
      expect(command.reply.text).toContain('DONE')
      const entries = command.audit.items.filter((entry: any) => entry.commandId === command.commandId)
      expect(entries).toMatchObject([
        { step: 'asked', who: 'admin', intent: 'engine-cut', hex: null },
        { step: 'ended', verdict: 'confirmed' },
      ])
      expect(Buffer.from(entries[1].hex, 'hex').toString()).toBe(bytesOf(command, 'written')[0])
    },
  },
  {
    title: 'confirmed: mute arms and never answers',
    run: asked('confirmed', 'mute', { intent: 'arm' }),
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'confirmed', reply: null, conclusion: { ok: null } })
      expect(kindsOf(command)).not.toContain('reply')
    },
  },
  {
    title: 'confirmed: st901l-4g restarts, and its boot frame shows it',
    run: asked('confirmed', 'st901l-4g', { intent: 'restart' }),
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'confirmed', conclusion: { likely: false } })
      expect(textsOf(command).join()).toContain('A new session began with a boot frame')
    },
  },
  {
    title: 'unanswered: st906l restarts without a boot frame, and a new session alone proves nothing',
    run: async (system, deviceId) => {
      await system.drive('st906l', deviceId)
      // RESTART fails now and then (PROTOCOL.md section 5.4).
      for (;;) {
        const command = await system.ended(await system.order(deviceId, { intent: 'restart' }))
        if (kindsOf(command).includes('note')) return command
        expect(command.verdict).toBe('unanswered')
      }
    },
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'unanswered', reply: null })
      expect(textsOf(command).join()).toContain(
        'that does not prove a restart, because sessions of this device',
      )
    },
  },
  {
    title: 'confirmed: st906l goes to another server',
    run: async (system, deviceId) => {
      const sockets: Socket[] = []
      const elsewhere = createServer((socket) => void sockets.push(socket.on('error', () => {})))
      await once(elsewhere.listen(0, '127.0.0.1'), 'listening')
      const { port } = elsewhere.address() as AddressInfo
      const params = { host: '127.0.0.1', port }
      const command = await asked('confirmed', 'st906l', { intent: 'set-server', params, confirm: true })(
        system,
        deviceId,
      )
      for (const socket of sockets) socket.destroy()
      elsewhere.close()
      return { ...command, arrived: sockets.length }
    },
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'confirmed', conclusion: { likely: true } })
      expect(command.arrived).toBeGreaterThan(0)
    },
  },
  {
    title: 'confirmed: st901l-4g is sent to our own address, restarts and comes back',
    run: async (system, deviceId) => {
      const params = { host: '127.0.0.1', port: system.embedded.tcpPort }
      const { session: before } = await system
        .drive('st901l-4g', deviceId)
        .then(() => system.ask('GET', `/v1/devices/${deviceId}`))
      const ordered = await system.order(deviceId, { intent: 'set-server', params, confirm: true })
      const command = await system.endedAs(ordered, 'confirmed')
      const { session } = await system.ask('GET', `/v1/devices/${deviceId}`)
      return { ...command, before, session }
    },
    expect: (command) => {
      expect(command.session.sessionId).not.toBe(command.before.sessionId)
      expect(command).toMatchObject({ verdict: 'confirmed', conclusion: { likely: false }, reply: null })
      expect(textsOf(command).join()).toContain('the address is our own')
    },
  },
  {
    title: 'answered: st906l takes a spacing for the parked car while it drives; its effect is watched on',
    run: asked('answered', 'st906l', { intent: 'interval-off', params: { seconds: 20 } }, { ignition: 'on' }),
    expect: (command) => {
      expect(command).toMatchObject({
        verdict: 'answered',
        conclusion: { effectPending: true },
        waitingFor: { what: 'effect' },
        reply: { text: 'SET OK' },
      })
      inOrder(command, ['written', 'reply', 'concluded'])
    },
  },
  {
    title: 'answered: st906l reports its status, line feeds and all',
    run: asked('answered', 'st906l', { raw: 'CXZT' }),
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'answered', conclusion: { ok: true }, intent: 'read-status' })
      expect(command.reply.text.split('\n')).toHaveLength(8)
      expect(command.reply.facts).toMatchObject({
        model: 'ST906',
        intervalOnSeconds: 10,
        serverHost: '127.0.0.1',
      })
      inOrder(command, answeredOrder)
    },
  },
  {
    title: 'answered: st904l reports its status between stars',
    run: asked('answered', 'st904l', { intent: 'read-status' }),
    expect: (command) => {
      expect(command.verdict).toBe('answered')
      expect(command.reply.text).toContain('*ID:')
      expect(command.reply.facts).toMatchObject({ apn: 'internet.example.com', serverHost: '127.0.0.1' })
    },
  },
  {
    title: 'answered: lk109 answers S26 with LINK',
    run: asked('answered', 'lk109', { intent: 'read-state' }),
    expect: (command) => {
      expect(command).toMatchObject({
        verdict: 'answered',
        reply: { facts: { batteryPercent: 84, gsm: 15 } },
      })
      expect(bytesOf(command, 'reply')[0]).toContain(',LINK,')
    },
  },
  {
    title: 'answered: what is armed is armed again, and was so already',
    run: asked('answered', 'already', { intent: 'arm' }),
    expect: (command) =>
      expect(command).toMatchObject({ verdict: 'answered', conclusion: { already: true } }),
  },
  {
    title: 'answered: st906l prints its settings only after a restart',
    run: async (system, deviceId) => {
      await system.drive('st906l', deviceId)
      const before = await system.ended(await system.order(deviceId, { intent: 'read-config' }))
      const { session } = await system.ask('GET', `/v1/devices/${deviceId}`)
      for (let restarted = false; !restarted;) {
        const restart = await system.ended(await system.order(deviceId, { raw: 'CQ' }))
        const now = await system.ask('GET', `/v1/devices/${deviceId}`)
        expect(restart.verdict).toBe('unanswered')
        restarted = now.session !== null && now.session.sessionId !== session.sessionId
      }
      return { ...(await system.askUntilOwn(deviceId, { intent: 'read-config' })), before }
    },
    expect: (command) => {
      expect(command.before.verdict).toBe('unanswered')
      expect(command.verdict).toBe('answered')
      expect(command.reply.facts).toMatchObject({ mode: 'GPRS', intervalOnSeconds: 10, timeZone: 'E00' })
    },
  },
  {
    title: 'answered in time: slow-25 takes its time over a text',
    run: async (system, deviceId) => {
      return asked('answered', 'slow-25', { intent: 'read-firmware' })(system, deviceId)
    },
    expect: (command) => {
      const [{ reply, writtenAt }] = command.attempts
      // On a slow machine, 25 s can become more than 30.
      const isInTime = Date.parse(reply.at) - Date.parse(writtenAt) < scaled(30)
      expect(command).toMatchObject({ verdict: 'answered', conclusion: { late: !isInTime } })
    },
  },
  {
    title: 'answered late: slow-25 echoes a *HQ command after its window, which corrects what was counted',
    run: late('slow-25', { intent: 'disarm', confirm: true }),
    expect: (command) => {
      expect(command.first.verdict).toMatch(ofSilence)
      expect(command).toMatchObject({ verdict: 'answered', conclusion: { late: true } })
      expect(kindsOf(command)).toContain('corrected')
      expect(command.evidence).toMatchObject([{ evidence: { verdicts: { answered: 1 } } }])
      expect(Object.keys(command.evidence[0].evidence.verdicts)).toEqual(['answered'])
    },
  },
  {
    title: 'answered late: slow-40 reports its status after the window',
    run: late('slow-40', { intent: 'read-status' }),
    expect: (command) => {
      expect(command.first.verdict).toMatch(ofSilence)
      expect(command).toMatchObject({ verdict: 'answered', conclusion: { late: true } })
    },
  },
  {
    title: 'unanswered: silent keeps silent, and the other dialect is tried in sight',
    run: async (system, deviceId) => {
      // 941 is a restore on SinoTrack; on a model that is not known it could cut.
      await system.register(deviceId, { model: 'ST-906L' })
      return asked('unanswered', 'silent', { intent: 'engine-restore' })(system, deviceId)
    },
    expect: (command) => {
      expect(command).toMatchObject({
        verdict: 'unanswered',
        attempts: [{ dialect: 'h02' }, { dialect: 'text' }],
      })
      inOrder(command, ['written', 'window-over', 'other-dialect', 'written', 'window-over', 'concluded'])
      expect(bytesOf(command, 'written')[1]).toBe('9410000')
    },
  },
  {
    title: 'unanswered: st906l ignores S71',
    run: async (system, deviceId) => {
      await system.drive('st906l', deviceId)
      return system.ended(await system.order(deviceId, { raw: `*HQ,${deviceId},S71,120000,22,20#` }))
    },
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'unanswered', intent: 'interval-lk', reply: null })
      expect(bytesOf(command, 'written')[0]).toContain(',S71,120000,22,20#')
    },
  },
  {
    title: 'unanswered: what wrong-word says is shown, and not taken for the answer',
    run: asked('unanswered', 'wrong-word', { intent: 'read-status' }),
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'unanswered', reply: null })
      expect(bytesOf(command, 'note')[0]).toContain('TIME ZONE SET OK')
    },
  },
  {
    title: 'unanswered: dies hangs up between the write and the reply; who holds it next adopts the command',
    run: asked('unanswered', 'dies', { intent: 'read-status' }),
    expect: (command) => {
      expect(command.verdict).toBe('unanswered')
      inOrder(command, ['written', 'adopted', 'window-over', 'concluded'])
      expect(bytesOf(command, 'written')).toHaveLength(1)
    },
  },
  {
    title: 'unknown: the gateway is lost after it has taken the command, and nothing comes back',
    run: async (system, deviceId) => {
      const { embedded } = system
      const gateway = await embedded.startGateway({ TIME_SCALE: String(timeScale) })
      await system.drive('silent', deviceId, { port: gateway.tcpPort, reconnect: false })
      const isAboutIt = ({ payload }: { payload: Buffer }) => (payload.includes(deviceId) ? 'drop' : null)
      embedded.iot.faults.on(topicsOf('local').upCommands, isAboutIt)
      const command = await system.order(deviceId, { intent: 'read-status' })
      await gateway.kill({ restart: false })
      return system.ended(command)
    },
    expect: (command) => {
      expect(command).toMatchObject({ verdict: 'unknown', attempts: [{ written: 'uncertain' }] })
      expect(bytesOf(command, 'written')).toEqual([])
    },
  },
]

/** The system for one story; `onOrdered` is called when it has the id of its first command. */
const reporting = (onOrdered: () => void): CommandSystem => ({
  ...system,
  order: (...order) => system.order(...order).finally(onOrdered),
  orderTwice: (...order) => system.orderTwice(...order).finally(onOrdered),
})

export function verdicts(): void {
  let previous = Promise.resolve()
  it.each(stories.map((story, n) => [story.title, story, n] as const))(
    'the verdict of a command: %s',
    async (_, story, n) => {
      // One after another: the functions start one instance for each request that comes at the same time.
      const { promise, resolve } = Promise.withResolvers<void>()
      const mayStart = previous
      previous = promise
      await mayStart
      const command = await story
        .run(reporting(resolve), String(9_170_001_000 + n))
        // A story that fails before its command must not keep the others waiting.
        .finally(resolve)
      story.expect(command)
      // The written bytes of the timeline appear in the device's history, byte for byte.
      const written = command.timeline
        .filter((item: any) => item.kind === 'written')
        .map((item: any) => item.bytes.hex)
      await until(
        () => readAll(system.embedded, `/v1/devices/${command.deviceId}/frames?direction=down&order=asc`),
        (frames) => written.every((bytes: string) => frames.some(({ hex }) => hex === bytes)),
      )
      // Its verdict comes on the bus.
      await until(
        async () => system.events,
        (events) =>
          events.some(
            ({ detailType, detail }) =>
              detailType === 'Command Concluded' && detail.commandId === command.commandId,
          ),
      )
    },
  )
}
