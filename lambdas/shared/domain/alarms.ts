import { plainModel, statusBits, type AlarmType, type StatusBit } from '#h02'

/** Bits of the status word that the models of one family use differently than the common table (#h02, statusBits). */
type AlarmOverride = {
  /** Matches the plain name of the model, see `plainModel`. */
  readonly models: RegExp
  readonly source: string
  readonly bits: readonly Pick<StatusBit, 'bit' | 'name' | 'kind'>[]
}

/** The first row that matches a model is used. A device without a model uses the common table. */
const alarmOverrides: readonly AlarmOverride[] = [
  {
    // 901L, 904L, 906L, 907L, 915L and their 4G names: the TQ generation.
    models: /^ST9\d\d[A-Z]*L/,
    source:
      'DOC-B (PROTOCOL.md section 3.1): bits 5 and 6 together are low battery; there is no antenna alarm',
    bits: [
      { bit: 5, name: 'low-battery-pair', kind: 'state' },
      { bit: 6, name: 'low-battery', kind: 'alarm' },
      // Reserved there, and clear on quiet trackers (FFFFFEFF), so it does not mean that a door is open.
      { bit: 8, name: 'reserved-8', kind: 'unused' },
    ],
  },
  {
    models: /^(LK|TK90)\d+/,
    source: 'LKGPS patch (PROTOCOL.md section 3.1): 28 power cut, 23 low battery, 20 charging',
    bits: [
      { bit: 20, name: 'charging', kind: 'state' },
      { bit: 23, name: 'low-battery', kind: 'alarm' },
      { bit: 28, name: 'power-cut', kind: 'alarm' },
      // Means the same as bit 28 there, and one alarm is enough.
      { bit: 19, name: 'backup-battery', kind: 'state' },
    ],
  },
]

const textAlarmNames = ['ignition-on', 'ignition-off', 'alarm'] as const

type Bits = { readonly names: readonly string[]; readonly mask: number }

const bitsWith = (overrides: AlarmOverride['bits']): Bits => {
  const rows = statusBits.map((row) => overrides.find(({ bit }) => bit === row.bit) ?? row)
  return {
    names: rows.map(({ name }) => name),
    mask: rows.reduce((mask, { bit, kind }) => (kind === 'alarm' ? (mask | (1 << bit)) >>> 0 : mask), 0),
  }
}

const common = bitsWith([])
const special = alarmOverrides.map(({ models, bits }) => ({ models, bits: bitsWith(bits) }))

function tableOf(model: string | null): Bits {
  if (model === null) return common
  const plain = plainModel(model)
  return special.find(({ models }) => models.test(plain))?.bits ?? common
}

const bitMask = (bit: number): number => (1 << bit) >>> 0
const powerOff = bitMask(28)
const powerCut = bitMask(19)

/**
 * The alarms in a model's status word (all bits active low), as a mask of status bits. Bits 28 and 19 both report that
 * the external power is gone (`EFE7FBFF`): that is one alarm.
 */
export function alarmsIn(bits: number, model: string | null): number {
  const { mask } = tableOf(model)
  const shown = (~bits & mask) >>> 0
  const areBothAlarms = (mask & powerOff) !== 0 && (mask & powerCut) !== 0
  if (!areBothAlarms || (shown & powerOff) === 0) return shown
  return ((shown & ~powerOff) | powerCut) >>> 0
}

/** Names that alarms of any model have. */
export const alarmNames: readonly string[] = [
  ...new Set(
    [...statusBits, ...alarmOverrides.flatMap(({ bits }) => bits)]
      .filter(({ kind }) => kind === 'alarm')
      .map(({ name }) => name)
      .concat(textAlarmNames),
  ),
]

/** The alarm of an ALRM frame as a mask of status bits, so that it counts as one alarm with the same alarm in a status word. */
export const alarmOfType = (type: AlarmType | null): number => (type === null ? 0 : bitMask(bitOfType[type]))
const bitOfType: Readonly<Record<AlarmType, number>> = { sos: 1, 'low-battery': 23, geofence: 7 }

/** Numbers of the bits set in a mask, ascending. */
export function bitsOf(mask: number): number[] {
  const bits: number[] = []
  for (let left = mask >>> 0, bit = 0; left !== 0; left >>>= 1, bit++) if ((left & 1) === 1) bits.push(bit)
  return bits
}

/**
 * Alarms that only texts report (PROTOCOL.md section 5.7). Their numbers start at 32, after the status bits. The state
 * stores the numbers: add new ones at the end.
 */
const textAlarms = textAlarmNames
const FIRST_TEXT_ALARM = 32

/**
 * The number of an alarm named in a text: that of the model's status bit with the same name, so that both are one
 * alarm.
 */
export function alarmNumberOf(name: string, model: string | null): number {
  const bit = tableOf(model).names.indexOf(name)
  if (bit >= 0) return bit
  const number = textAlarms.findIndex((one) => one === name)
  return FIRST_TEXT_ALARM + (number < 0 ? textAlarms.indexOf('alarm') : number)
}

/** The alarm that a text ends: the ignition cannot be on and off at once. */
export const alarmEndedBy = (number: number): number | null => {
  const name = textAlarms[number - FIRST_TEXT_ALARM]
  if (name === 'ignition-on') return FIRST_TEXT_ALARM + textAlarms.indexOf('ignition-off')
  return name === 'ignition-off' ? FIRST_TEXT_ALARM + textAlarms.indexOf('ignition-on') : null
}

/** Whether the number is that of a bit of the status word. */
export const isStatusBit = (number: number): boolean => number < FIRST_TEXT_ALARM

/** The name of an alarm for a model, by the number of its status bit or text alarm. */
export const alarmName = (number: number, model: string | null): string =>
  (isStatusBit(number) ? tableOf(model).names[number] : textAlarms[number - FIRST_TEXT_ALARM]) ??
  `bit-${number}`
