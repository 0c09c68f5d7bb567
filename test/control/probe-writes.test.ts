import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '#shared/domain/command.ts'
import type { Probe } from '#shared/store/probes.ts'
import { createControl } from '../../lambdas/control/control.ts'
import { MINUTE, reportOf, SECOND, start, startCommands, type TestCommands } from '../commands/harness.ts'

let t: TestCommands
let control: (event: unknown) => Promise<void>
beforeAll(async () => {
  t = await startCommands()
  control = createControl(t.parts)
})
afterAll(() => t.close())
beforeEach(() => {
  t.clock.now = start
})

const facts = { intervalOnSeconds: 20, intervalOffSeconds: 300 }

/** A probe of two reads, the first of which is under way. */
const begin = async (level: 1 | 2 = 2) => {
  const deviceId = await t.makeDevice()
  const probeId = `probe-${deviceId}`
  const [first, last] = [
    t.order(deviceId, { probeId, createdBy: 'key7' }),
    t.order(deviceId, { probeId, createdBy: 'key7', intent: 'read-firmware' }),
  ]
  await t.dispatcher.submitAll([first, last])
  const questions = [first, last].map(({ commandId, intent }) => ({
    commandId,
    intent,
    dialect: 'text' as const,
  }))
  const probe: Probe = {
    deviceId,
    probeId,
    createdAt: start,
    createdBy: 'key7',
    questions,
    level,
    writes: null,
  }
  await t.parts.probes.put(probe)
  return { deviceId, probeId, first: first.commandId, last: last.commandId }
}
const ask = async (deviceId: string, commandId: string): Promise<Command> =>
  (await t.commands.get(deviceId, commandId))!
/** The report that concludes it as answered. */
const reportOfEnd = (command: Command, reported: object) => ({
  ...reportOf(
    command,
    {
      written: 'yes',
      writtenAt: t.clock.now,
      reply: { at: t.clock.now + 900, ok: true, ambiguous: false, late: false },
    },
    { reply: { text: 'x', facts: reported } },
  ),
  topic: 'x',
})
const end = async (deviceId: string, commandId: string, reported: object = {}): Promise<void> => {
  t.clock.now += SECOND
  await control(reportOfEnd(await ask(deviceId, commandId), reported))
}
const writesOf = async ({ deviceId, probeId }: { deviceId: string; probeId: string }) => {
  const probe = (await t.parts.probes.get(deviceId, probeId))!
  const ids = probe.writes?.map(({ commandId }) => commandId) ?? []
  const commands = await t.commands.getMany(deviceId, ids)
  const { commands: all } = await t.commands.list(deviceId, { probeId }, { limit: 100 })
  expect(all).toHaveLength(probe.questions.length + commands.length)
  return { planned: probe.writes, commands }
}

describe('the last read of a probe of level 2', () => {
  it('starts the writes once, even with repeated or simultaneous reports', async () => {
    const probe = await begin()
    await end(probe.deviceId, probe.first, facts)
    expect((await writesOf(probe)).planned).toBeNull()
    t.clock.now += SECOND
    const report = reportOfEnd(await ask(probe.deviceId, probe.last), {})
    await Promise.all([control(report), control(report), control(report)])
    await control(report)
    const { commands } = await writesOf(probe)
    expect(
      commands.map(({ intent, params, danger, createdBy }) => [intent, params, danger, createdBy]),
    ).toEqual([
      ['interval-on', { seconds: 20 }, 'harmless', 'key7'],
      ['interval-off', { seconds: 300 }, 'harmless', 'key7'],
      // Its model is not known.
      ['interval-on-huasuntek', { seconds: 20 }, 'harmless', 'key7'],
      ['interval-off-huasuntek', { seconds: 300 }, 'harmless', 'key7'],
      ['read-status', {}, 'harmless', 'key7'],
      ['read-network', {}, 'harmless', 'key7'],
    ])
    expect(commands[0]).toMatchObject({ state: expect.not.stringMatching('queued'), attempts: [{ n: 1 }] })
    expect(t.bus.deliveries.filter(({ commandId }) => commandId === commands[0]!.commandId)).toHaveLength(1)
  })

  it('starts the writes after a failure, when the sweep publishes the conclusion', async () => {
    const probe = await begin()
    await end(probe.deviceId, probe.first, facts)
    t.clock.now += SECOND
    const failing = createControl({
      ...t.parts,
      probes: {
        ...t.parts.probes,
        planWrites: (): Promise<never> => Promise.reject(new Error('the table is down')),
      },
    })
    const report: object = reportOfEnd(await ask(probe.deviceId, probe.last), {})
    await expect(failing(report)).rejects.toThrow('the table is down')
    expect((await writesOf(probe)).planned).toBeNull()
    t.clock.now += 2 * MINUTE
    await control({})
    expect((await writesOf(probe)).commands).toHaveLength(6)
  })

  it.each([
    ['at level 1', 1, async (): Promise<void> => {}],
    [
      'that was cancelled',
      2,
      async (deviceId: string): Promise<void> => void (await t.dispatcher.flush(deviceId)),
    ],
    [
      'after someone else wrote something',
      2,
      async (deviceId: string): Promise<void> => {
        const params = { seconds: 60 }
        await t.dispatcher.submit(t.order(deviceId, { intent: 'interval-on', params }))
      },
    ],
  ] as const)('starts no writes: %s', async (_, level, disturb) => {
    const probe = await begin(level)
    await disturb(probe.deviceId)
    await end(probe.deviceId, probe.first, facts)
    if ((await ask(probe.deviceId, probe.last)).conclusion === null) await end(probe.deviceId, probe.last)
    t.clock.now += 2 * MINUTE
    await control({})
    expect((await writesOf(probe)).planned ?? []).toEqual([])
  })

  it('starts the writes although another user sent a read', async () => {
    const probe = await begin()
    await t.dispatcher.submit(t.order(probe.deviceId, { intent: 'read-config' }))
    await end(probe.deviceId, probe.first, facts)
    await end(probe.deviceId, probe.last)
    expect((await writesOf(probe)).commands).toHaveLength(6)
  })
})
