import { STATUS_BITS } from '#h02'

const alarmMask = STATUS_BITS.reduce(
  (mask, { bit, kind }) => (kind === 'alarm' ? (mask | (1 << bit)) >>> 0 : mask),
  0,
)

/** The alarms that stand in a status word (all bits active low), as a mask of status bits. */
export const alarmsIn = (statusBits: number): number => (~statusBits & alarmMask) >>> 0

/** Numbers of the bits set in a mask, ascending. */
export const bitsOf = (mask: number): number[] =>
  STATUS_BITS.filter(({ bit }) => ((mask >>> bit) & 1) === 1).map(({ bit }) => bit)
