import { describe, expect, it } from 'vitest'
import { dialByHand, type HandMade } from '../hand-made-tracker.ts'
import { until } from '../harness.ts'
import { closeAtEnd, system } from '../shared-system.ts'

/** A registered tracker that receives only commands. */
async function connect(deviceId: string): Promise<HandMade> {
  await system.register(deviceId, { ackPolicy: 'none' })
  const tracker = await dialByHand(system.embedded.tcpPort, deviceId)
  closeAtEnd(() => tracker.hangUp())
  tracker.report({ kmh: 0 })
  await until(
    () => system.ask('GET', `/v1/devices/${deviceId}`),
    ({ session, lastSeen }) => session !== null && lastSeen !== null,
  )
  return tracker
}

export function together(): void {
  describe('commands on one gateway', () => {
    it('reach a device although another device answers with 45 texts of 3,900 bytes', async () => {
      const [loud, quiet] = [await connect('9170000701'), await connect('9170000702')]
      const first = await system.order('9170000701', { raw: 'CXZT' })
      await loud.untilHeard((heard) => heard.includes('CXZT'))
      for (let n = 0; n < 45; n++) loud.say(`POWER ALARM ${n} `.padEnd(3_900, 'x'))
      const second = await system.order('9170000702', { raw: 'CXZT' })
      await quiet.untilHeard((heard) => heard.includes('CXZT'))
      quiet.say('ST906\nID:9170000702\nUT:30,30,300\nGSM:26')
      expect(await system.ended(second)).toMatchObject({ verdict: 'answered' })
      const ended = await system.ended(first)
      expect(ended.verdict).toBe('unanswered')
      const shown = ended.timeline.filter(({ frame }: any) => frame !== null)
      for (const { bytes, frame } of shown) {
        expect(bytes.hex.length).toBeLessThanOrEqual(1_024)
        expect(frame.seq).toBeGreaterThan(0)
      }
      const gap = ended.timeline.find(({ text }: any) => /items? (is|are) left out here/.test(text))
      expect(shown.length + Number.parseInt(gap?.text ?? '0')).toBeGreaterThanOrEqual(45)
    })

    it('do not wait for effects: the right interval follows the wrong one, and a restore goes first', async () => {
      const deviceId = '9170000703'
      const tracker = await connect(deviceId)
      const wrong = await system.order(deviceId, { raw: '8050000 18000' })
      await tracker.untilHeard((heard) => heard.includes('18000'))
      tracker.say('SET OK')
      const right = await system.order(deviceId, { raw: '8050000 20' })
      await tracker.untilHeard((heard) => heard.endsWith('8050000 20'))
      expect(await system.ended(wrong)).toMatchObject({
        verdict: 'unconfirmed',
        conclusion: { reason: 'superseded' },
      })
      await system.order(deviceId, { intent: 'read-firmware' })
      await system.order(deviceId, { intent: 'engine-restore' })
      expect(await tracker.untilHeard((heard) => heard.endsWith('#'))).toMatch(/8050000 20\*HQ,\d+,S20,/)
      tracker.say('SET OK')
      const watched = await until(
        () => system.read(deviceId, right.commandId),
        ({ attempts, waitingFor }) => attempts[0].reply !== null && waitingFor?.what === 'effect',
      )
      expect(watched.attempts[0].reply).toMatchObject({ ambiguous: false, ok: true })
      expect(await system.ask('DELETE', system.pathOf(deviceId, right.commandId))).toMatchObject({
        verdict: 'unconfirmed',
        conclusion: { reason: 'cancelled' },
        waitingFor: null,
      })
    })
  })
}
