import type { FileWriter } from './file-writer.ts'
import type { PositionAnswer, PositionPage } from './schema.ts'

const columns = [
  'fixTime',
  'receivedAt',
  'latitude',
  'longitude',
  'speedKmh',
  'speedKnots',
  'course',
  'valid',
  'trusted',
  'late',
  'receptions',
  'type',
  'statusWord',
  'ignitionOn',
  'alarms',
  'batteryPercent',
  'voltage',
  'satellites',
  'gsm',
  'mileageKm',
] as const satisfies readonly (keyof PositionAnswer)[]

/** Prefixes text that a spreadsheet would treat as a formula with a quote; numbers stay numbers. */
export function toCell(value: string | number | boolean | null | readonly string[]): string {
  if (value === null) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : value.join(' ')
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const header = `${['deviceId', ...columns].join(',')}\r\n`

const toLine = (deviceId: string, item: PositionAnswer): string =>
  `${deviceId},${columns.map((name) => toCell(item[name])).join(',')}\r\n`

/** RFC 4180 with a header. The Link header refers to the next page. */
export const toCsv = ({ deviceId, items }: PositionPage): string =>
  header + items.map((item) => toLine(deviceId, item)).join('')

export const writeCsv: FileWriter = ({ deviceId }) => ({
  begin: () => header,
  add: (position) => toLine(deviceId, position),
  end: () => '',
})
