import { STATUS_BITS, type StatusBit } from '#h02'

/** How models of one family read some bits of the status word where the common table (#h02, STATUS_BITS) differs. */
export type AlarmOverride = {
  /** Fits the model as people registered it, capitals and dashes aside. */
  readonly models: RegExp
  readonly source: string
  readonly bits: readonly Pick<StatusBit, 'bit' | 'name' | 'kind'>[]
}

/** The first row that fits a model holds. A device without a model is read by the common table. */
export const ALARM_OVERRIDES: readonly AlarmOverride[] = [
  {
    // 901L, 904L, 906L, 907L, 915L and their 4G names: the TQ generation.
    models: /^ST9\d\d[A-Z]*L/,
    source: 'DOC-B (PROTOCOL.md §3.1): bits 5 and 6 together are low battery; there is no antenna alarm',
    bits: [
      { bit: 5, name: 'low-battery-pair', kind: 'state' },
      { bit: 6, name: 'low-battery', kind: 'alarm' },
    ],
  },
  {
    models: /^(LK|TK90)\d+/,
    source: 'LKGPS patch (PROTOCOL.md §3.1): 28 power cut, 23 low battery, 20 charging',
    bits: [
      { bit: 20, name: 'charging', kind: 'state' },
      { bit: 23, name: 'low-battery', kind: 'alarm' },
      { bit: 28, name: 'power-cut', kind: 'alarm' },
      // Means the same as 28 there, and one alarm is enough.
      { bit: 19, name: 'backup-battery', kind: 'state' },
    ],
  },
]

type Bits = { readonly names: readonly string[]; readonly mask: number }

const bitsWith = (overrides: AlarmOverride['bits']): Bits => {
  const rows = STATUS_BITS.map((row) => overrides.find(({ bit }) => bit === row.bit) ?? row)
  return {
    names: rows.map(({ name }) => name),
    mask: rows.reduce((mask, { bit, kind }) => (kind === 'alarm' ? (mask | (1 << bit)) >>> 0 : mask), 0),
  }
}

const common = bitsWith([])
const special = ALARM_OVERRIDES.map(({ models, bits }) => ({ models, bits: bitsWith(bits) }))

function tableOf(model: string | null): Bits {
  if (model === null) return common
  const plain = model.toUpperCase().replaceAll(/[^A-Z\d]/g, '')
  return special.find(({ models }) => models.test(plain))?.bits ?? common
}

/** The alarms that stand in a status word of a model (all bits active low), as a mask of status bits. */
export const alarmsIn = (statusBits: number, model: string | null): number =>
  (~statusBits & tableOf(model).mask) >>> 0

/** Numbers of the bits set in a mask, ascending. */
export const bitsOf = (mask: number): number[] =>
  STATUS_BITS.filter(({ bit }) => ((mask >>> bit) & 1) === 1).map(({ bit }) => bit)

/** What a bit is called on a model. */
export const bitName = (bit: number, model: string | null): string =>
  tableOf(model).names[bit] ?? `bit-${bit}`
