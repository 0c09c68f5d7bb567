import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Embedded } from '../../cdk/local/embedded.ts'
import { v1 } from '../ingest/events.ts'
import {
  call,
  makeDataDir,
  playUntilAcked,
  removeDataDir,
  startForTest,
  TEST_ADMIN_KEY,
  until,
} from './harness.ts'

const dataDir = makeDataDir()
const startedAt = Date.now()
let embedded: Embedded
beforeAll(async () => {
  embedded = await startForTest(dataDir, {}, { traccarApi: true })
})
afterAll(async () => {
  await embedded?.close()
  removeDataDir(dataDir)
})

const status = { on: 'FFFFFFFF', off: 'FFFFFBFF' } as const
const speeds = { standing: '000.00', moving: '050.00' } as const
const readings = [
  ['normal', 'on', true],
  ['normal', 'off', false],
  ['inverted', 'on', false],
  ['inverted', 'off', true],
  ['none', 'on', null],
  ['none', 'off', null],
] as const
const table = readings.flatMap(([wiring, bit, ignition], row) =>
  (['standing', 'moving'] as const).map((motion, column) => {
    const deviceId = `91700010${row}${column}`
    return { deviceId, wiring, bit, motion, ignition }
  }),
)

/** The ignition wherever it is shown; absent from Traccar's attributes if it is unknown. */
async function shown(deviceId: string) {
  const [device, fleet, history, traccar] = await Promise.all([
    call(embedded, `/v1/devices/${deviceId}`),
    call(embedded, '/v1/positions?limit=1000'),
    call(embedded, `/v1/devices/${deviceId}/positions`),
    fetch(`${embedded.httpUrl}/api/positions?deviceId=${deviceId}`, {
      headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
    }).then(async (answer): Promise<any> => answer.json()),
  ])
  return {
    device: device.body.ignitionOn,
    fleet: fleet.body.items.find((item: any) => item.deviceId === deviceId).ignitionOn,
    history: history.body.items[0].ignitionOn,
    traccar: traccar[0].attributes.ignition,
    speedKmh: Math.round(device.body.lastPosition.speedKmh),
  }
}
const everywhere = (ignition: boolean | null, speedKmh: number) => ({
  device: ignition,
  fleet: ignition,
  history: ignition,
  traccar: ignition ?? undefined,
  speedKmh,
})
const setWiring = (deviceId: string, ignitionWiring: string) =>
  call(embedded, `/v1/devices/${deviceId}`, { method: 'PATCH', body: { overrides: { ignitionWiring } } })

it.each(table)(
  'ignition wire $wiring, reported $bit while $motion, is shown as $ignition',
  async ({ deviceId, wiring, bit, motion, ignition }) => {
    await call(embedded, '/v1/devices', {
      method: 'POST',
      body: { deviceId, overrides: { ignitionWiring: wiring } },
    })
    const frame = v1(startedAt - 60_000, { id: deviceId, status: status[bit], speed: speeds[motion] })
    await playUntilAcked(embedded.tcpPort, Buffer.from(frame).toString())
    await until(
      () => call(embedded, `/v1/devices/${deviceId}`),
      ({ body }) => body.lastPosition !== null,
    )
    const speedKmh = motion === 'moving' ? 93 : 0
    expect(await shown(deviceId)).toEqual(everywhere(ignition, speedKmh))
    const sent = bit === 'on'
    for (const [other, read] of [
      ['normal', sent],
      ['inverted', !sent],
      ['none', null],
    ] as const) {
      expect((await setWiring(deviceId, other)).status).toBe(200)
      expect(await shown(deviceId)).toEqual(everywhere(read, speedKmh))
    }
  },
)
