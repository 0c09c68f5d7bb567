import { alarmsIn, alarmName, bitsOf } from '../../shared/domain/alarms.ts'
import type { RegisteredDevice } from '../../shared/store/devices.ts'

const ignitionOff = 10

/** What decides how a status word reads. */
export type StatusReading = Pick<RegisteredDevice, 'model' | 'overrides'>

export const toBitNames = (bits: readonly number[], model: string | null): string[] =>
  bits.map((bit) => alarmName(bit, model))

/** What a status word says, in names. Bits are active low: 0 means that the condition holds. */
export function readStatusWord(word: string, { model, overrides }: StatusReading) {
  const bits = Number.parseInt(word, 16)
  const saysOn = ((bits >>> ignitionOff) & 1) === 1
  return {
    ignitionOn: saysOn !== overrides.ignitionInverted,
    status: { word, clear: toBitNames(bitsOf(~bits >>> 0), model) },
    alarms: toBitNames(bitsOf(alarmsIn(bits, model)), model),
  }
}
