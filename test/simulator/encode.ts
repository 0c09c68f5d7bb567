/** The text frames a tracker sends (PROTOCOL.md section 2). Fields are joined as given: profiles decide what is missing. */
import type { Fix } from './route.ts'

export type Cell = { readonly mcc: number; readonly mnc: number; readonly lac: number; readonly cid: number }
export type Sender = { readonly maker: string; readonly id: string }

const two = (value: number): string => String(value).padStart(2, '0')

/** HHMMSS UTC */
export const timeOf = (ms: number): string => {
  const date = new Date(ms)
  return two(date.getUTCHours()) + two(date.getUTCMinutes()) + two(date.getUTCSeconds())
}

/** DDMMYY UTC */
export const dateOf = (ms: number): string => {
  const date = new Date(ms)
  return two(date.getUTCDate()) + two(date.getUTCMonth() + 1) + two(date.getUTCFullYear() % 100)
}

/** Degrees and minutes of an angle, in ten thousandths of a minute so that 59.99999 does not become 60. */
export const toMinutes = (degrees: number): { degrees: number; tenThousandths: number } => {
  const all = Math.round(Math.abs(degrees) * 600_000)
  return { degrees: Math.floor(all / 600_000), tenThousandths: all % 600_000 }
}

const angle = (value: number, digits: number): string => {
  const { degrees, tenThousandths } = toMinutes(value)
  const minutes = (tenThousandths / 10_000).toFixed(4).padStart(7, '0')
  return String(degrees).padStart(digits, '0') + minutes
}

/** Fields 4 to 10 of a V1: validity, place, speed, course. */
const positionFields = ({ valid, latitude, longitude, speedKnots, course }: Fix): string[] => [
  valid ? 'A' : 'V',
  angle(latitude, 2),
  latitude < 0 ? 'S' : 'N',
  angle(longitude, 3),
  longitude < 0 ? 'W' : 'E',
  speedKnots.toFixed(2).padStart(6, '0'),
  String(course).padStart(3, '0'),
]

export type Body = { readonly fixTime: number; readonly fix: Fix; readonly status: string }

/** From the time to the status word. */
export const bodyFields = ({ fixTime, fix, status }: Body): string[] => [
  timeOf(fixTime),
  ...positionFields(fix),
  dateOf(fixTime),
  status,
]

const cellFields = ({ mcc, mnc, lac, cid }: Cell): string[] => [
  String(mcc),
  two(mnc),
  String(lac),
  String(cid),
]

export const encodeText = ({ maker, id }: Sender, ...fields: readonly (string | number)[]): Uint8Array =>
  Buffer.from(`*${[maker, id, ...fields].join(',')}#`, 'latin1')

export const encodeV1 = (sender: Sender, body: Body, cell?: Cell): Uint8Array =>
  encodeText(sender, 'V1', ...bodyFields(body), ...(cell === undefined ? [] : cellFields(cell)))

export const encodeV6 = (sender: Sender, body: Body, cell: Cell, iccid: string): Uint8Array =>
  encodeText(sender, 'V6', ...bodyFields(body), ...cellFields(cell), iccid)

type Health = {
  readonly satellites: number
  readonly csq: number
  readonly volts: number
  readonly batteryPercent: number
}

export const encodeV8 = (
  sender: Sender,
  body: Body,
  cell: Cell,
  { satellites, csq, volts, batteryPercent }: Health,
): Uint8Array =>
  encodeText(
    sender,
    'V8',
    ...bodyFields(body),
    ...cellFields(cell),
    satellites,
    csq,
    Math.round(volts * 10),
    batteryPercent,
  )

/** The reply to a command: its result, its own time unchanged, then a position. */
export const encodeV4 = (
  sender: Sender,
  command: string,
  results: readonly string[],
  commandTime: string,
  body: Body,
  cell: Cell,
): Uint8Array =>
  encodeText(sender, 'V4', command, ...results, commandTime, ...bodyFields(body), ...cellFields(cell))

export const encodeSms = (sender: Sender, text: string): Uint8Array => encodeText(sender, 'SMS', text)

export const encodeNbr = (
  sender: Sender,
  deviceTime: number,
  { mcc, mnc }: Cell,
  neighbours: readonly { readonly lac: number; readonly cid: number; readonly rssi: number }[],
  status: string,
  battery: number,
): Uint8Array =>
  encodeText(
    sender,
    'NBR',
    timeOf(deviceTime),
    mcc,
    mnc,
    0,
    neighbours.length,
    ...neighbours.flatMap(({ lac, cid, rssi }) => [lac, cid, rssi]),
    dateOf(deviceTime),
    status,
    battery,
  )

export const encodeLink = (
  sender: Sender,
  deviceTime: number,
  { csq, satellites, batteryPercent }: Omit<Health, 'volts'>,
  status: string,
): Uint8Array =>
  encodeText(
    sender,
    'LINK',
    timeOf(deviceTime),
    csq,
    satellites,
    batteryPercent,
    0,
    0,
    dateOf(deviceTime),
    status,
  )
