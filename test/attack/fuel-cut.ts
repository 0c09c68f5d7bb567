import type { Attack } from './attack.ts'
import { firstOf } from './attack.ts'
import { drained, holdsCut, online, rawV1, v1 } from './tracker.ts'
import { comesTrue, type World } from './world.ts'

const cut = { intent: 'engine-cut' }
type Frames = (deviceId: string) => readonly (Uint8Array | string)[]

/** Sends frames, then tries both steps of a cut. The defence is broken if the cut is written, or if step 1 reports it as allowed. */
async function tryCut(world: World, frames: Frames): Promise<string | null> {
  const deviceId = await world.register(world.newId())
  const [first = '', ...rest] = frames(deviceId)
  const socket = await online(world, deviceId, Buffer.from(first))
  for (const frame of rest) socket.write(frame)
  await comesTrue(async () => (await framesOf(world, deviceId)) >= rest.length + 1)
  const asked = await world.call('POST', `/v1/devices/${deviceId}/commands`, { body: cut })
  const token = asked.json?.confirmation?.token
  if (typeof token === 'string') {
    if (asked.json.confirmation.allowed === true || asked.json.confirmation.interlock?.allowed === true)
      return `step 1 says that the cut is allowed: ${JSON.stringify(asked.json.confirmation).slice(0, 400)}`
    await world.call('POST', `/v1/devices/${deviceId}/commands/confirm`, { body: { token } })
  }
  await drained(world, deviceId, [socket])
  return holdsCut(socket.heard()) ? `the cut was written: ${socket.heard()}` : null
}

const framesOf = async (world: World, deviceId: string): Promise<number> => {
  const { json } = await world.call('GET', `/v1/devices/${deviceId}/frames?direction=up&limit=100`)
  return json?.items?.length ?? 0
}

/** Two sockets of one device, from two addresses. */
async function contested(world: World) {
  const deviceId = await world.register(world.newId())
  const car = await online(world, deviceId, v1(deviceId, { kmh: 111 }))
  const spoof = await world.dial('127.0.0.2')
  // Both go on: the contest begins with the first frame of the car after the other's login.
  const isContested = await comesTrue(() => {
    spoof.write(v1(deviceId))
    car.write(v1(deviceId, { kmh: 111 }))
    return world.events.some(
      ({ detailType, detail }) => /Contest|Conflict/.test(detailType) && detail.deviceId === deviceId,
    )
  })
  return { deviceId, car, spoof, isContested }
}

export const fuelCutAttacks: readonly Attack[] = [
  {
    name: 'cut: fix time in the future',
    what: 'speed 0 with a fix 58 s in the future, then two live frames at 111 km/h',
    run: (world) =>
      tryCut(world, (id) => [v1(id, { ahead: 58 }), v1(id, { kmh: 111 }), v1(id, { kmh: 111 })]),
  },
  {
    name: 'cut: only fixes in the future',
    what: 'nothing but frames with speed 0 and a fix 30 s, 60 s or 500 s in the future',
    run: async (world) =>
      firstOf(
        await Promise.all(
          [30, 60, 500].map((ahead) => tryCut(world, (id) => [v1(id, { ahead }), v1(id, { ahead })])),
        ),
      ),
  },
  {
    name: 'cut: one slow frame after a fast one',
    what: 'a live frame at 111 km/h, then one with speed 0, and the same with the order of fix times reversed',
    run: async (world) =>
      firstOf([
        await tryCut(world, (id) => [v1(id, { kmh: 111 }), v1(id)]),
        await tryCut(world, (id) => [v1(id, { kmh: 111, ahead: -3 }), v1(id, { ahead: 2 })]),
      ]),
  },
  {
    name: 'cut: odd spellings of speed',
    what: 'frames whose speed field is negative, no number, or huge (empty is 0 by the vendor’s document)',
    run: async (world) =>
      firstOf(
        await Promise.all(
          ['-01.00', 'NaN', '1e3', '999999', '0x00'].map((speed) =>
            tryCut(world, (id) => [rawV1(id, speed), rawV1(id, speed)]),
          ),
        ),
      ),
  },
  {
    name: 'cut: spoofed second socket',
    what: 'a second socket from another address reports speed 0 while the car drives at 111 km/h',
    run: async (world) => {
      const { deviceId, car, spoof, isContested } = await contested(world)
      const asked = await world.call('POST', `/v1/devices/${deviceId}/commands`, { body: cut })
      const token = asked.json?.confirmation?.token
      const confirmed = token
        ? await world.call('POST', `/v1/devices/${deviceId}/commands/confirm`, { body: { token } })
        : asked
      const text = car.heard() + spoof.heard()
      if (holdsCut(text)) return 'the cut was written'
      if (!isContested) return 'no event says that the device is contested'
      return confirmed.status === 409 && confirmed.text.includes('device-contested')
        ? null
        : `the cut was answered ${confirmed.status} ${confirmed.text.slice(0, 200)}`
    },
  },
  {
    name: 'contest: one event with both addresses',
    what: 'the first frame of a second socket, from another address',
    run: async (world) => {
      const { deviceId } = await contested(world)
      const reported = world.events.filter(
        ({ detailType, detail }) => detailType === 'Device Contested' && detail.deviceId === deviceId,
      )
      if (reported.length !== 1) return `${reported.length} events Device Contested`
      const text = JSON.stringify(reported[0]!.detail)
      return text.includes('127.0.0.1') && text.includes('127.0.0.2') ? null : `the event says ${text}`
    },
  },
  {
    name: 'contest: a restore still passes',
    what: 'a second socket cannot block the restore of the fuel',
    run: async (world) => {
      const { deviceId, car, spoof } = await contested(world)
      const { status, text } = await world.call('POST', `/v1/devices/${deviceId}/commands`, {
        body: { intent: 'engine-restore' },
      })
      if (status >= 400) return `the restore was answered ${status} ${text.slice(0, 200)}`
      const isWritten = await comesTrue(() => /S20,\d{6},1,0#|941/.test(car.heard() + spoof.heard()))
      return isWritten ? null : 'the restore was not written'
    },
  },
]
