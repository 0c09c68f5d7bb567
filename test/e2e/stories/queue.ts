import { describe, expect, it, onTestFinished } from 'vitest'
import { forEachLimited } from '#shared/concurrency.ts'
import { driveOf } from '../acked-tracker.ts'
import { system } from '../shared-system.ts'
import { SmallTracker } from '../small-tracker.ts'
import { until } from '../harness.ts'

/** 500 take minutes on a small machine: `E2E_QUEUE_DEVICES=500 npm run test:long -- commands -t queued`. */
const devices = Number(process.env.E2E_QUEUE_DEVICES ?? '40')
const COMMANDS_EACH = 5
/** As many requests at a time as the API has instances. */
const IN_HAND = 10

const concludedOf = (ids: readonly string[]) =>
  system.events.filter(
    ({ detailType, detail }) => detailType === 'Command Concluded' && ids.includes(String(detail.deviceId)),
  )

const readEnded = async (ids: readonly string[]): Promise<any[]> => {
  const all: any[] = []
  await forEachLimited(ids, IN_HAND, async (deviceId) => {
    const { items } = await system.ask('GET', `/v1/devices/${deviceId}/commands?limit=100`)
    for (const { commandId } of items) all.push(await system.read(deviceId, commandId))
  })
  return all
}

export function queue(): void {
  describe(`${devices} devices × ${COMMANDS_EACH} commands (E2E_QUEUE_DEVICES=500 runs the whole)`, () => {
    it('that were queued offline are written once, in order, and answered', async () => {
      const ids = Array.from({ length: devices }, (_, n) => String(9_170_010_000 + n))
      await system.ask(
        'POST',
        '/v1/devices',
        ids.map((deviceId) => ({ deviceId })),
      )
      // Each command has another speed, so that all have different bytes and none is refused as a duplicate.
      const speedOf = (n: number, place: number): number => 60 + ((n * 7 + place * 41) % 200)
      await forEachLimited(ids.entries(), IN_HAND, async ([n, deviceId]) => {
        for (let place = 0; place < COMMANDS_EACH; place++) {
          const speedKmh = speedOf(n, place)
          const command = await system.order(deviceId, { intent: 'overspeed', params: { speedKmh } })
          expect(command.state).toBe('queued')
        }
      })
      expect(concludedOf(ids)).toEqual([])

      const trackers: SmallTracker[] = []
      onTestFinished(async () => void (await Promise.all(trackers.map((tracker) => tracker.stop()))))
      for (const deviceId of ids) {
        const frames = driveOf(deviceId, 1, Date.now() - 60_000)
        trackers.push(new SmallTracker({ deviceId, frames, paceMs: 10_000 }))
      }
      for (const tracker of trackers) tracker.connect([system.embedded.tcpPort])
      const reportedOf = () => new Set(concludedOf(ids).map(({ detail }) => detail.commandId))
      await until(
        async () => reportedOf().size,
        (count) => count >= devices * COMMANDS_EACH,
      )

      // On a busy machine a sweep can treat the gateway as lost; the verdict is corrected when the answer arrives.
      await until(
        () => readEnded(ids),
        (ended) => ended.every(({ verdict }) => verdict === 'answered'),
      )
      for (const [n, tracker] of trackers.entries()) {
        const inOrder = Array.from({ length: COMMANDS_EACH }, (_, place) => `1220000 ${speedOf(n, place)}`)
        expect(tracker.got.map(({ text }) => text)).toEqual(inOrder)
      }
      // The bus delivers at least once: repeats carry the same id.
      const firsts = concludedOf(ids).filter(({ detail }) => detail.corrected !== true)
      expect(new Set(firsts.map(({ detail }) => detail.id)).size).toBe(devices * COMMANDS_EACH)
    })
  })
}
