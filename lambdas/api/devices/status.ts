import { STATUS_BITS } from '#h02'
import { alarmsIn, bitsOf } from '../../shared/domain/alarms.ts'
import type { Overrides } from '../../shared/store/devices.ts'

const ignitionOff = 10

const namesOf = (bits: readonly number[]): string[] =>
  bits.map((bit) => STATUS_BITS[bit]?.name ?? `bit-${bit}`)

/** What a status word says, in names. Bits are active low: 0 means that the condition holds. */
export function readStatusWord(word: string, { ignitionInverted }: Overrides) {
  const bits = Number.parseInt(word, 16)
  const saysOn = ((bits >>> ignitionOff) & 1) === 1
  return {
    ignitionOn: saysOn !== ignitionInverted,
    status: { word, clear: namesOf(bitsOf(~bits >>> 0)) },
    alarms: namesOf(bitsOf(alarmsIn(bits))),
  }
}

export const toAlarmNames = namesOf
