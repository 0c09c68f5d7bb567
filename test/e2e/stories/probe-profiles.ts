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

/** A probe of level 2 after a restart, because the tracker prints its settings only then. */
async function probed(profile: string, deviceId: string): Promise<any> {
  await system.drive(profile, deviceId, { intervalSeconds: 30 })
  const path = `/v1/devices/${deviceId}`
  const { session } = await system.ask('GET', path)
  // RESTART fails now and then (PROTOCOL.md section 5.4).
  for (let now = session; !now || now.sessionId === session.sessionId;) {
    await system.ended(await system.order(deviceId, { raw: 'RESTART' }))
    now = (await system.ask('GET', path)).session
  }
  // After this time no answer can be a late reply to RESTART.
  await system.wait(300)
  const { probeId } = await system.ask('POST', `${path}/probe`, { level: 2 })
  return until(
    () => system.ask('GET', `${path}/probe/${probeId}`),
    ({ state }) => state === 'done',
  )
}

export function probeProfiles(): void {
  it('a probe of level 2 shows exactly what an st906l and an st904l answer', async () => {
    const profiles = [
      ['st906l', '9170002010', withD1],
      ['st904l', '9170002012', texts],
    ] as const
    await Promise.all(
      profiles.map(async ([profile, deviceId, expected]) => {
        const { items } = await probed(profile, deviceId)
        const rows: ReadonlySet<string> = new Set(items.map((one: any) => `${one.intent} ${one.dialect}`))
        const answered = items.filter(({ answer }: any) => answer !== null)
        const shown = new Set<string>(answered.map((one: any): string => `${one.intent} ${one.dialect}`))
        expect([profile, [...shown].toSorted()]).toEqual([profile, expected.toSorted()])
        expect([profile, rows.size]).toEqual([profile, expect.toSatisfy((size: number) => size >= 20)])
        expect([profile, items.filter(({ changed }: any) => changed === true)]).toEqual([profile, []])
      }),
    )
  })
}
