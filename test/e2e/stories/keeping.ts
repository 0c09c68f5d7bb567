import { describe, expect, it } from 'vitest'
import { until } from '../harness.ts'
import { system } from '../shared-system.ts'

/** Factory settings of the simulated tracker. */
const factory = { intervalSeconds: 30 } as const

export function keeping(): void {
  describe('a tracker with desired settings or a schedule', () => {
    it('gets its desired settings back after a factory reset, within two reports', async () => {
      const deviceId = '9170000801'
      const path = `/v1/devices/${deviceId}/desired`
      const first = await system.drive('st901l-4g', deviceId, factory)
      await system.ask('PUT', path, { intervalOnSeconds: 20, intervalOffSeconds: 60 })
      const inSync = ({ settings }: any): boolean =>
        ['intervalOnSeconds', 'intervalOffSeconds'].every((name) => settings[name].state === 'in-sync')
      const kept = await until(() => system.ask('GET', path), inSync)
      // By a reply, or earlier by the gaps between its frames.
      const reportedBy = expect.stringMatching(/^(?:reply|effect)$/)
      expect(kept.settings).toMatchObject({
        intervalOnSeconds: { desired: 20, reported: 20, reportedBy, tries: 0 },
      })

      // A tracker with factory settings and the same id, like after a reset that keeps network and server.
      await first.stop()
      const resetAt = new Date().toISOString()
      await system.drive('st901l-4g', deviceId, factory)
      const healed = await until(
        () => system.ask('GET', path),
        (answer) => inSync(answer) && answer.settings.intervalOnSeconds.reportedAt > resetAt,
      )
      expect(healed.settings.intervalOffSeconds).toMatchObject({ reported: 60, tries: 0 })
      const since = `${system.pathOf(deviceId)}?from=${resetAt}`
      const { items } = await system.ask('GET', since)
      const sent = items.filter(({ metadata }: any) => metadata?.desired).toReversed()
      // On a busy machine a reply can miss its window. Then the same is sent again.
      const steps = sent
        .filter(({ reply }: any) => reply !== null)
        .map(({ intent, reply }: any) => [intent, reply.facts.intervalOnSeconds].join(' ').trim())
      expect([...new Set(steps)]).toEqual(['read-status 30', 'interval-on', 'interval-off', 'read-status 20'])
    })

    it('is asked for its supply voltage by a schedule', async () => {
      const deviceId = '9170000802'
      const path = `/v1/devices/${deviceId}/schedules/voltage`
      await system.drive('st906l', deviceId)
      await system.ask('PUT', path, { every: '1h', intent: 'read-status' })
      const { lastCommand, lastRun, sent, nextRunAt } = await until(
        () => system.ask('GET', path),
        (schedule) => schedule.lastCommand?.verdict != null,
      )
      expect([lastRun.outcome, sent, lastCommand.verdict]).toEqual(['sent', 1, 'answered'])
      expect(lastCommand.reply.facts.voltage).toBeGreaterThan(11)
      expect(lastCommand.metadata).toEqual({ schedule: 'voltage' })
      expect(Date.parse(nextRunAt) - Date.parse(lastRun.plannedAt)).toBeGreaterThan(29 * 60_000)
    })
  })
}
