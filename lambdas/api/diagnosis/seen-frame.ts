import { atUtcOffset, decode, frameOf, type Message } from '#h02'
import type { SeenFrame } from '../../shared/domain/diagnosis/evidence.ts'
import type { HistoryRow } from '../../shared/domain/device-state.ts'
import { fixTimeOf } from '../../shared/domain/fix-time.ts'
import { clockOffsetOf } from '../../shared/domain/imported.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { StatusSummary } from '../devices/status.ts'
import { toKmh } from '../devices/to-device.ts'
import { toFrame } from '../frames/to-frame.ts'
import { maskRow, type Masks } from '../mask.ts'

/** GSM signal as CSQ, in all frames but LINK (PROTOCOL.md section 5.6). */
const MAX_CSQ = 31

const signalPercentOf = ({ type, gsm }: Message): number | null => {
  if (gsm === null) return null
  return type === 'LINK' ? gsm : gsm > MAX_CSQ ? null : Math.round((gsm / MAX_CSQ) * 100)
}

const unread = {
  fixTime: null,
  isPosition: false,
  signalPercent: null,
  batteryPercent: null,
  ignitionOn: null,
  speedKmh: null,
  alarms: null,
} as const

/** A frame of the history for a diagnosis. A frame that cannot be decoded still shows that the tracker sent something. */
export function toSeenFrame(
  row: HistoryRow,
  device: RegisteredDevice,
  { masks, readStatus }: { readonly masks: Masks; readonly readStatus: (word: string) => StatusSummary },
): SeenFrame {
  const { text, hex } = toFrame(maskRow(row, masks), device.model)
  const seen = { at: row.receivedAt, text: text ?? hex ?? '' }
  const result = decode(frameOf(row.raw))
  if (!result.ok) return { ...seen, ...unread }
  const message = atUtcOffset(result.message, clockOffsetOf(row, device.overrides.utcOffsetMinutes))
  const { position, status, batteryPercent } = message
  const speedKnots = position?.speedKnots ?? null
  return {
    ...seen,
    fixTime: fixTimeOf(message),
    isPosition: position !== null,
    signalPercent: signalPercentOf(message),
    batteryPercent,
    speedKmh: speedKnots === null ? null : toKmh(speedKnots),
    ...(status === null ? { ignitionOn: null, alarms: null } : readStatus(status.word)),
  }
}
