import { expect, it } from 'vitest'
import { until } from '../harness.ts'
import { system } from '../shared-system.ts'

/** What SinoTrack firmware answers; the ST-904L names no interval for the ignition off, and does not know D1. */
const texts = [
  'read-status text',
  'read-firmware text',
  'mileage-read text',
  'read-config text',
  'locate text',
  'read-phones text',
  'interval-on text',
  'gprs-mode text',
  'sleep-off text',
  'time-zone text',
  'overspeed text',
  'power-alarm-on text',
]
const withD1 = [...texts, 'interval-off text', 'interval h02']

/** On a busy machine an answer can miss its shortened window; then the device is probed again. */
const MAX_PROBES = 3

/** The tracker prints its settings only after a restart. */
async function restart(profile: string, deviceId: string): Promise<void> {
  await system.drive(profile, deviceId, { intervalSeconds: 30 })
  const path = `/v1/devices/${deviceId}`
  const { session } = await system.ask('GET', path)
  // RESTART fails now and then (PROTOCOL.md section 5.4).
  for (let now = session; !now || now.sessionId === session.sessionId;) {
    await system.ended(await system.order(deviceId, { raw: 'RESTART' }))
    now = (await system.ask('GET', path)).session
  }
  // The next answer might be a late reply to RESTART.
  await system.askUntilOwn(deviceId, { intent: 'read-config' })
}

/** The items of a probe of level 2. */
async function probe(deviceId: string): Promise<readonly any[]> {
  const path = `/v1/devices/${deviceId}`
  const { probeId } = await system.ask('POST', `${path}/probe`, { level: 2 })
  const { items } = await until(
    () => system.ask('GET', `${path}/probe/${probeId}`),
    ({ state }) => state === 'done',
  )
  return items
}

const nameOf = ({ intent, dialect }: any): string => `${intent} ${dialect}`
const answeredOf = (items: readonly any[]): string[] =>
  [...new Set(items.filter(({ answer }) => answer !== null).map(nameOf))].toSorted()

export function probeProfiles(): void {
  it('a probe of level 2 shows exactly what an st906l and an st904l answer', async () => {
    const profiles = [
      ['st906l', '9170002010', withD1],
      ['st904l', '9170002012', texts],
    ] as const
    await Promise.all(
      profiles.map(async ([profile, deviceId, expected]) => {
        await restart(profile, deviceId)
        let items = await probe(deviceId)
        for (let n = 1; n < MAX_PROBES && answeredOf(items).length < expected.length; n++)
          items = await probe(deviceId)
        expect([profile, answeredOf(items)]).toEqual([profile, expected.toSorted()])
        expect(new Set(items.map(nameOf)).size).toBeGreaterThanOrEqual(20)
        expect([profile, items.filter(({ changed }: any) => changed === true)]).toEqual([profile, []])
      }),
    )
  })
}
