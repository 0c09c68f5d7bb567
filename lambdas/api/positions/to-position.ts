import { isLate, isTrusted } from '../../shared/domain/fix-time.ts'
import { readStatusWord, type StatusReading } from '../devices/status.ts'
import { orNull, toFixIso, toReceivedIso } from '../iso-time.ts'
import type { Fix } from './read-positions.ts'
import type { PositionAnswer } from './schema.ts'

const noStatus = { ignitionOn: null, alarms: [] }

export function toPosition(
  { first, receptions, message, position }: Fix,
  device: StatusReading,
): PositionAnswer {
  const { receivedAt } = first
  const { fixTime, latitude, longitude, speedKmh, speedKnots, course, valid } = position
  const { ignitionOn, alarms } = message.status ? readStatusWord(message.status.word, device) : noStatus
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
