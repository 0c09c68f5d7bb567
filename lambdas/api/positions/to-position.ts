import { isLate, isTrusted } from '../../shared/domain/fix-time.ts'
import type { StatusSummary } from '../devices/status.ts'
import { orNull, toFixIso, toReceivedIso } from '../iso-time.ts'
import type { Fix } from './read-positions.ts'
import type { PositionAnswer } from './schema.ts'

const noStatus: StatusSummary = { ignitionOn: null, alarms: [] }

export function toPosition(
  { first, receptions, message, position }: Fix,
  readStatus: (word: string) => StatusSummary,
): PositionAnswer {
  const { receivedAt } = first
  const { fixTime, latitude, longitude, speedKmh, speedKnots, course, valid } = position
  const { ignitionOn, alarms } = message.status ? readStatus(message.status.word) : noStatus
  return {
    fixTime: orNull(toFixIso)(fixTime),
    receivedAt: toReceivedIso(receivedAt),
    latitude,
    longitude,
    speedKmh,
    speedKnots,
    course,
    valid,
    trusted: isTrusted(fixTime, receivedAt),
    late: isLate(fixTime, receivedAt),
    receptions,
    type: message.type,
    statusWord: message.status?.word ?? null,
    ignitionOn,
    alarms,
    batteryPercent: message.batteryPercent,
    voltage: message.voltage,
    satellites: message.satellites,
    gsm: message.gsm,
    mileageKm: message.mileageKm,
  }
}

/** True if the receiver had satellites and the frame contains coordinates. */
export const isLocated = ({ valid, latitude, longitude }: PositionAnswer): boolean =>
  valid && latitude !== null && longitude !== null
