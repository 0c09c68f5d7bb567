import { createHash } from 'node:crypto'

/** Larger than the number of any id without leading zeros, because ids have at most 15 digits. */
const WITH_ZEROS = 2e15

/**
 * The number of a device. Traccar numbers its objects, and clients keep the numbers, so they must never change: they are the digits
 * of the device id. For ids with a leading zero (IMEIs of some makers), a 1 is put in front to keep the zero.
 */
export const toNumber = (deviceId: string): number =>
  deviceId.startsWith('0') ? WITH_ZEROS + Number(`1${deviceId}`) : Number(deviceId)

/** The device id for a number given as text; null if no device can have this number. */
export function toDeviceId(text: string): string | null {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null
  if (number === null) return null
  const id = number < WITH_ZEROS ? String(number) : String(number - WITH_ZEROS).slice(1)
  return /^\d{1,15}$/.test(id) && toNumber(id) === number ? id : null
}

type Fix = {
  readonly fixTime: string | null
  readonly receivedAt: string
  readonly latitude: number | null
  readonly longitude: number | null
}

const BITS_IN_HEX = 12
/** 48 bits of a digest: exact as a number, and the same after each start. Never 0, which means "none" in Traccar. */
export const digestNumber = (...parts: readonly unknown[]): number =>
  Number.parseInt(
    createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, BITS_IN_HEX),
    16,
  ) || 1

/** Our positions have no ids, so this makes one. Times of positions and events are written differently. */
export const positionNumber = (deviceId: string, { fixTime, receivedAt, latitude, longitude }: Fix): number =>
  digestNumber(deviceId, Date.parse(fixTime ?? receivedAt), latitude, longitude)
