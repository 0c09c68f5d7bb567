/** A value in one of our DynamoDB items. Absent attributes are left out, never null. */
export type ItemValue = string | number | Uint8Array | readonly ItemValue[]
export type Item = Readonly<Record<string, ItemValue>>

/**
 * Size of a number by the published rule (DynamoDB guide, "Item sizes and formats"): one byte per two significant
 * digits, one more byte, and one for the sign. Digits are paired at the decimal point, so a pair may be half empty.
 */
function numberSize(value: number): number {
  if (value === 0) return 1
  // Digits and the position of the point, from JavaScript's text of the number.
  const text = String(Math.abs(value))
  if (text.includes('e')) return sizeByExponent(value)
  const point = text.indexOf('.')
  const whole = point < 0 ? text.length : point
  let from = 0
  let to = text.length
  while (text.charCodeAt(from) === ZERO || from === point) from++
  if (point < 0) while (text.charCodeAt(to - 1) === ZERO) to--
  const significant = to - from - (point > from && point < to ? 1 : 0)
  const exponent = from < whole ? whole - from - 1 : point - from
  return sizeOf(significant, exponent, value < 0)
}
const ZERO = 0x30

function sizeByExponent(value: number): number {
  const [digits = '', exponent = '0'] = Math.abs(value).toExponential().split('e')
  return sizeOf(digits.replace('.', '').length, Number(exponent), value < 0)
}

function sizeOf(significantDigits: number, exponent: number, isNegative: boolean): number {
  const shiftedByOne = exponent % 2 === 0
  return 1 + Math.ceil((significantDigits + (shiftedByOne ? 1 : 0)) / 2) + (isNegative ? 1 : 0)
}

function valueSize(value: ItemValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return numberSize(value)
  if (value instanceof Uint8Array) return value.length
  return 3 + value.reduce<number>((sum, element) => sum + 1 + valueSize(element), 0)
}

export const attributeSize = (name: string, value: ItemValue): number =>
  Buffer.byteLength(name) + valueSize(value)

/** Bytes of an item as DynamoDB bills it: names and values. */
export function itemSize(item: Item): number {
  let size = 0
  for (const [name, value] of Object.entries(item)) size += attributeSize(name, value)
  return size
}

/** Write units of a put (1 kB each). */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024))
