import { readCsv } from '../../../lambdas/api/devices/csv-rows.ts'
import { isDeviceId } from '#shared/domain/device.ts'
import { refuse, type Entry, type Refused } from './entry.ts'
import { makeFrame } from './made-frame.ts'

/** Accepted column names, ignoring case, blanks and units. The vendor documents none; `--columns` adds others. */
const usualNames = {
  device: ['deviceid', 'imei', 'id', 'uniqueid', 'terminalid', '设备号'],
  time: [
    'fixtime',
    'gpstime',
    'time',
    'datetime',
    'devicetime',
    'timestamp',
    'positiontime',
    '定位时间',
    '时间',
  ],
  lat: ['latitude', 'lat', '纬度'],
  lon: ['longitude', 'lon', 'lng', 'long', '经度'],
  speed: ['speedkmh', 'speed', '速度'],
  course: ['course', 'direction', 'heading', 'angle', '方向'],
  valid: ['valid'],
} as const
type Column = keyof typeof usualNames
export const csvColumns = Object.keys(usualNames) as Column[]

const knotsPer = { kmh: 1 / 1.852, knots: 1, mph: 1.609_344 / 1.852, ms: 3.6 / 1.852 } as const
export type SpeedUnit = keyof typeof knotsPer
export const speedUnits = Object.keys(knotsPer) as SpeedUnit[]

export type CsvOptions = {
  /** The device of a file that has no column for it. */
  readonly deviceId: string | null
  /** The name of each column in the file. */
  readonly columns: Readonly<Partial<Record<Column, string>>>
  readonly speedUnit: SpeedUnit
  /** The zone of times that have none; null: such times are rejected. */
  readonly utcOffsetMinutes: number | null
}

const plain = (name: string): string =>
  name
    .replace(/\(.*\)|（.*）/, '')
    .replaceAll(/[\s_-]/g, '')
    .toLowerCase()

/** Reads the positions of a CSV file with a header. Throws a sentence if columns are missing. */
export function* readPositionsCsv(text: string, options: CsvOptions, refused: Refused): Generator<Entry> {
  const [header, ...records] = readCsv(/^[^,;\n]*\t/.test(text) ? text.replaceAll('\t', ',') : text)
  const names = header?.fields.map((name) => name.trim()) ?? []
  const at = Object.fromEntries(
    csvColumns.map((column) => {
      const given = options.columns[column]
      const usual: readonly string[] = usualNames[column]
      const found =
        given === undefined
          ? usual.map((name) => names.findIndex((own) => plain(own) === name)).find((i) => i >= 0)
          : names.indexOf(given)
      return [column, found ?? -1]
    }),
  ) as Record<Column, number>
  const needed = ['time', 'lat', 'lon', ...(options.deviceId === null ? ['device'] : [])] as Column[]
  const missing = needed.filter((column) => at[column] < 0)
  if (missing.length > 0)
    throw new Error(
      `The file has no column for ${missing.join(', ')}. It has ${names.join(', ').slice(0, 300)}. --columns ${missing[0]}=… names it${missing.includes('device') ? ', or --device the device' : ''}.`,
    )

  for (const { fields } of records) {
    const cell = (column: Column): string => (at[column] < 0 ? '' : (fields[at[column]] ?? '').trim())
    const number = (column: Column): number | null => {
      const value = Number(cell(column))
      return cell(column) === '' || !Number.isFinite(value) ? null : value
    }
    const deviceId = options.deviceId ?? cell('device').replace(/^'/, '')
    const fixTime = timeOf(cell('time'), options.utcOffsetMinutes)
    if (!isDeviceId(deviceId)) refuse(refused, 'lines without a device id')
    else if (fixTime === 'zone')
      throw new Error(
        `"${cell('time')}" has no time zone: name it with --utc-offset, such as --utc-offset +08:00.`,
      )
    else if (fixTime === null) refuse(refused, 'lines without a time such as 2026-11-29 10:16:09')
    else {
      const speed = number('speed')
      const raw = makeFrame(deviceId, {
        fixTime,
        valid: !/^(false|0|v|no)$/i.test(cell('valid')),
        latitude: number('lat') ?? Number.NaN,
        longitude: number('lon') ?? Number.NaN,
        speedKnots: speed === null ? null : speed * knotsPer[options.speedUnit],
        course: number('course'),
        statusWord: null,
      })
      if (raw === null) refuse(refused, 'without a place or a time')
      else yield { deviceId, source: 'csv', receivedAt: fixTime, raw }
    }
  }
}

/**
 * Returns ms since 1970, or `zone` if the time has no zone and none was named. `03/04/2026` may be either of two days,
 * so such a time is null.
 */
function timeOf(text: string, utcOffsetMinutes: number | null): number | 'zone' | null {
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000
  if (/^\d{13}$/.test(text)) return Number(text)
  const form =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i
  const [, year, month, day, hour, minute, second = '00', zone] = form.exec(text) ?? []
  if (year === undefined) return null
  if (zone === undefined && utcOffsetMinutes === null) return 'zone'
  const two = (part: string | undefined): string => String(part).padStart(2, '0')
  const ms = Date.parse(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}${toZone(zone)}`)
  if (Number.isNaN(ms)) return null
  return zone === undefined ? ms - (utcOffsetMinutes ?? 0) * 60_000 : ms
}

/** JavaScript requires a colon in the offset. */
const toZone = (zone = 'Z'): string => zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')
