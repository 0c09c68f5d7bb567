import { encodeSms, encodeV1, timeOf, dateOf } from '../simulator/encode.ts'
import { comesTrue, type World } from './world.ts'

const KMH_PER_KNOT = 1.852
const cell = { mcc: 293, mnc: 40, lac: 5012, cid: 31_407 }

/** A live V1 frame; `ahead`: seconds by which its fix time is in the future. */
export const v1 = (
  id: string,
  { kmh = 0, ahead = 0, status = 'FFFFFFFF' }: { kmh?: number; ahead?: number; status?: string } = {},
): Uint8Array =>
  encodeV1(
    { maker: 'HQ', id },
    {
      fixTime: Date.now() + ahead * 1_000,
      fix: {
        valid: true,
        latitude: 46.0512,
        longitude: 14.5061,
        speedKnots: kmh / KMH_PER_KNOT,
        course: 90,
        satellites: 9,
      },
      status,
    },
    cell,
  )

export const sms = (id: string, text: string): Uint8Array => encodeSms({ maker: 'HQ', id }, text)

/** The same frame shape with fields as given, for spellings that the encoder does not write. */
export const rawV1 = (id: string, speed: string): string => {
  const now = Date.now()
  return `*HQ,${id},V1,${timeOf(now)},A,4603.0720,N,01430.3660,E,${speed},090,${dateOf(now)},FFFFFFFF,293,40,5012,31407#`
}

/** A registered tracker that is online and has sent a frame. */
export async function online(world: World, deviceId: string, frame = v1(deviceId), from?: string) {
  const socket = await world.dial(from)
  socket.write(frame)
  const isHeard = await comesTrue(async () => {
    const { json } = await world.call('GET', `/v1/devices/${deviceId}`)
    return json?.session != null && json.lastSeen !== null
  })
  if (!isHeard) throw new Error(`tracker ${deviceId} was not heard`)
  return socket
}

/** A harmless command that is written as this text. Everything before it on the wire was written earlier. */
const marker = { intent: 'read-firmware' }
const MARKER_BYTES = 'QZXT'

/** Waits until everything ordered so far was written or refused: then the marker arrives. */
export async function drained(world: World, deviceId: string, sockets: readonly { heard: () => string }[]) {
  const count = (): number =>
    sockets.reduce((sum, { heard }) => sum + heard().split(MARKER_BYTES).length - 1, 0)
  const before = count()
  await world.call('POST', `/v1/devices/${deviceId}/commands`, { body: { ...marker, replace: true } })
  await comesTrue(() => count() > before)
}

/** Whether bytes contain a fuel cut in any spelling that trackers obey. Independent of the catalogue. */
export const holdsCut = (bytes: string): boolean => {
  const plain = bytes.replaceAll('\u0000', '').replaceAll(/\s/g, '').toUpperCase()
  return (
    /S20,[^#]*,1,[^0#]/.test(plain) ||
    /940\d{4}/.test(plain) ||
    /90[01]\d{4}/.test(plain) ||
    /RELAY,1#/.test(plain)
  )
}
