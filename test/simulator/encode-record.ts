/** The binary records a tracker sends (PROTOCOL.md section 2.9): a header of 29 bytes, and a tail by the record's length. */
import { dateOf, timeOf, toMinutes, type Body, type Cell } from './encode.ts'

export type RecordLength = 32 | 42 | 45 | 47 | 51 | 54

export type Record = Body & {
  readonly id: string
  readonly cell: Cell
  readonly record: number
  readonly battery: number
  readonly gsm: number
  readonly mileageKm: number
  readonly volts: number
}

const EAST = 8
const NORTH = 4
const VALID = 2

const hex = (value: number, bytes: number): string =>
  value
    .toString(16)
    .padStart(bytes * 2, '0')
    .slice(-bytes * 2)

const bcdAngle = (value: number, degreeDigits: number): string => {
  const { degrees, tenThousandths } = toMinutes(value)
  return String(degrees).padStart(degreeDigits, '0') + String(tenThousandths).padStart(6, '0')
}

/** From the time to the status word, as hex digits: what `$` and `X` have in common. */
const clockAndPosition = ({ fixTime, fix, status }: Body, byte16: number): string =>
  [
    timeOf(fixTime),
    dateOf(fixTime),
    bcdAngle(fix.latitude, 2),
    hex(byte16, 1),
    bcdAngle(fix.longitude, 3),
    ((fix.longitude >= 0 ? EAST : 0) | (fix.latitude >= 0 ? NORTH : 0) | (fix.valid ? VALID : 0)).toString(
      16,
    ),
    String(Math.round(fix.speedKnots)).padStart(3, '0'),
    String(fix.course).padStart(3, '0'),
    status,
  ].join('')

/** Offsets 31 to 43: GSM, satellites, mileage, cell. Byte 32 takes any value in the field, `$` and line feeds too. */
const counters = ({ gsm, fix, mileageKm, cell }: Record): string =>
  hex(gsm, 1) +
  hex(fix.satellites, 1) +
  hex(mileageKm, 4) +
  hex(cell.mcc, 2) +
  hex(cell.mnc, 1) +
  hex(cell.lac, 2) +
  hex(cell.cid, 2)

const tenths = ({ volts }: Record): string => hex(Math.round(volts * 10), 2)

/** After the user alarm flag (ff) and the reserved byte (00). */
const tails: { readonly [L in RecordLength]: (record: Record) => string } = {
  32: ({ record }) => hex(record, 1),
  42: ({ record }) => '000000000000' + hex(record, 1) + '00',
  45: (record) => counters(record) + hex(record.record, 1),
  47: (record) => counters(record) + tenths(record) + hex(record.record, 1),
  51: (record) => counters(record) + tenths(record) + '00000000' + hex(record.record, 1),
  54: ({ cell }) =>
    '0000' +
    hex(cell.mcc, 2) +
    hex(cell.mnc, 1) +
    [0, 2, 4].map((n) => hex(cell.lac, 2) + hex(cell.cid + n, 2) + hex(0x0d - n, 1)).join('') +
    '080000',
}

/** 42-byte records carry 15 digits and a filler in 8 bytes, all others 10 digits in 5. */
export const encodeRecord = (length: RecordLength, record: Record): Uint8Array => {
  const id =
    length === 42 ? record.id.padStart(15, '0').slice(-15) + '0' : record.id.padStart(10, '0').slice(-10)
  const bytes = Buffer.from(
    `24${id}${clockAndPosition(record, record.battery)}ff00${tails[length](record)}`,
    'hex',
  )
  if (bytes.length !== length) throw new Error(`a record of ${length} bytes came out ${bytes.length} long`)
  return bytes
}

const METRES_PER_COUNT = 0.51444
const NO_TEMPERATURE_SENSOR = 0xff

/** `X`: the mileage stands where `$` has the id. */
export const encodeMileageRecord = (record: Record): Uint8Array => {
  const counts = Math.round((record.mileageKm * 1000) / METRES_PER_COUNT)
  const head = String(counts).padStart(10, '0') + clockAndPosition(record, NO_TEMPERATURE_SENSOR)
  return Buffer.from(`58${head}ff00${hex(record.record, 1)}`, 'hex')
}
