import { describe, expect, it } from 'vitest'
import { scaled } from '../command-system.ts'
import { dialByHand, type HandMade } from '../hand-made-tracker.ts'
import { until } from '../harness.ts'
import { system } from '../shared-system.ts'

const isWritten = ({ attempts }: any): boolean => attempts.at(-1)?.written === 'yes'
const textsOf = (command: any): string => command.timeline.map(({ text }: any) => text).join('\n')

/** Resolves to the command once it fulfils the condition, with or without a verdict. */
const becomes = (
  { deviceId, commandId }: { deviceId: string; commandId: string },
  holds: (command: any) => boolean,
): Promise<any> => until(() => system.read(deviceId, commandId), holds)
const isAnswered = ({ reply }: any): boolean => reply !== null

/** A tracker that stands still and reports every 10 s; the test writes its replies. */
async function online(deviceId: string): Promise<{ tracker: HandMade; stop: () => Promise<void> }> {
  const tracker = await dialByHand(system.embedded.tcpPort, deviceId)
  tracker.report({ kmh: 0 })
  await untilOnline(deviceId)
  const timer = setInterval(() => tracker.report({ kmh: 0 }), scaled(10))
  return {
    tracker,
    stop: async () => {
      clearInterval(timer)
      await tracker.hangUp()
    },
  }
}

const untilOnline = (deviceId: string): Promise<unknown> =>
  until(
    () => system.request('GET', `/v1/devices/${deviceId}`),
    ({ status, body }) => status === 200 && body.online && body.lastSeen !== null,
  )

/** The time in the last `*HQ` command with this word: a reply repeats it. */
const timeIn = (heard: string, word: string): string => heard.split(`,${word},`).at(-1)!.slice(0, 6)

/** A busy machine reports too late to prove an interval: then the command is answered, and its effect is still watched. */
const expectDone = (command: any): void => {
  expect(['confirmed', 'answered']).toContain(command.verdict)
  expect(command).toMatchObject({ reply: { text: 'SET OK' } })
}

export function waiting(): void {
  describe('the next command does not wait for the effect of', () => {
    it('an ignored S71: the right interval is sent after its reply window', async () => {
      const deviceId = '9170003001'
      await system.drive('st906l', deviceId, { ignition: 'on' })
      const ignored = await system.order(deviceId, { raw: `*HQ,${deviceId},S71,101112,22,20#` })
      const right = await system.order(deviceId, { raw: '8050000 20' })
      expectDone(await system.endedAs(right, 'confirmed', 'answered'))
      expect(await system.read(deviceId, ignored.commandId)).toMatchObject({
        verdict: 'unanswered',
        reply: null,
        conclusion: { reason: 'superseded', effectPending: false },
      })
    })

    it('an arm: the disarm is sent as soon as the arm is answered', async () => {
      const deviceId = '9170003002'
      const tracker = await dialByHand(system.embedded.tcpPort, deviceId)
      tracker.report({ kmh: 0 })
      await untilOnline(deviceId)
      const ordered = await system.order(deviceId, { intent: 'arm' })
      const armed = await tracker.untilHeard((heard) => /,SCF,\d{6},0,0#/.test(heard))
      // Only the reply shows that it is armed, because two frames in a row would end the watch.
      tracker.reply('SCF', timeIn(armed, 'SCF'), [], { kmh: 0, isArmed: true })
      const arm = await becomes(ordered, isAnswered)
      expect(arm.waitingFor).toMatchObject({ what: 'effect' })
      const disarm = await system.order(deviceId, { intent: 'disarm', confirm: true })
      const disarmed = await tracker.untilHeard((heard) => /,SCF,\d{6},1,1#/.test(heard))
      tracker.reply('SCF', timeIn(disarmed, 'SCF'), [], { kmh: 0 })
      for (let n = 0; n < 2; n++) tracker.report({ kmh: 0 })
      expect(await system.ended(disarm)).toMatchObject({ verdict: 'confirmed', conclusion: { ok: true } })
      await tracker.hangUp()
      expect(await system.read(deviceId, arm.commandId)).toMatchObject({
        verdict: 'unconfirmed',
        conclusion: { reason: 'superseded', ok: true },
      })
    })

    it('a RESTART that was answered and not done: the second RESTART is written at once', async () => {
      const deviceId = '9170003003'
      const first = await online(deviceId)
      const ignored = await system.order(deviceId, { raw: 'RESTART' })
      await first.tracker.untilHeard((heard) => heard.includes('RESTART'))
      first.tracker.say('SET OK')
      await becomes(ignored, isAnswered)
      const done = await system.order(deviceId, { raw: 'RESTART' })
      await first.tracker.untilHeard((heard) => heard.split('RESTART').length === 3)
      await first.stop()
      const second = await dialByHand(system.embedded.tcpPort, deviceId)
      second.boot()
      expect(await system.ended(done)).toMatchObject({ verdict: 'confirmed', conclusion: { likely: false } })
      expect(await system.read(deviceId, ignored.commandId)).toMatchObject({
        verdict: 'unconfirmed',
        reply: { text: 'SET OK' },
        conclusion: { reason: 'superseded' },
      })
      await second.hangUp()
    })

    it('8050000 18000 by mistake: 8050000 20 is written at once', async () => {
      const deviceId = '9170003004'
      await system.drive('st906l', deviceId, { ignition: 'on' })
      const mistake = await becomes(await system.order(deviceId, { raw: '8050000 18000' }), isAnswered)
      const right = await system.order(deviceId, { raw: '8050000 20' })
      expectDone(await system.endedAs(right, 'confirmed', 'answered'))
      expect(await system.read(deviceId, mistake.commandId)).toMatchObject({
        verdict: 'unconfirmed',
        reply: { text: 'SET OK' },
        conclusion: { reason: 'superseded' },
      })
    })
  })

  describe('a tracker whose radio sleeps', () => {
    const status = (deviceId: string) => `ST906\nID:${deviceId}\nUT:30,300,300\nGSM:26`

    it('has a command wait for its next frame, and cancelling it lets another command go', async () => {
      const deviceId = '9170003005'
      const tracker = await dialByHand(system.embedded.tcpPort, deviceId)
      tracker.report({ kmh: 0 })
      await untilOnline(deviceId)
      const ordered = await system.order(deviceId, { raw: 'CXZT' })
      const waitsFor =
        (what: string) =>
        (command: any): boolean =>
          command.waitingFor?.what === what
      const command = await becomes(ordered, waitsFor('frame'))
      const { writtenAt } = command.attempts[0]
      expect(Date.parse(command.waitingFor.until)).toBe(Date.parse(writtenAt) + scaled(900))
      expect(textsOf(command)).toContain(
        'No frame at all came since it was written: the tracker may be asleep',
      )
      // Its next frame, and the answer right after it.
      tracker.report({ kmh: 0 })
      tracker.say(status(deviceId))
      const answered = await system.ended(ordered)
      expect(answered).toMatchObject({ verdict: 'answered', conclusion: { ok: true, late: false } })
      expect(textsOf(answered)).toContain('The tracker sends again: its answer is awaited until')

      const unwanted = await system.order(deviceId, { raw: 'RCONF' })
      await becomes(unwanted, waitsFor('frame'))
      const cancelled = await system.ask('DELETE', system.pathOf(deviceId, unwanted.commandId))
      expect(cancelled).toMatchObject({ verdict: 'unanswered', waitingFor: null })
      const next = await system.order(deviceId, { raw: 'CXZT' })
      await becomes(next, isWritten)
      tracker.say(status(deviceId))
      expect(await system.ended(next)).toMatchObject({ verdict: 'answered' })
      await tracker.hangUp()
    })
  })
}
