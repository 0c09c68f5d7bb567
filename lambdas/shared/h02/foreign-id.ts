import { bcdText, readBcd } from './binary-number.ts'
import { latin1 } from './latin1.ts'

/** The pattern of the id in the login of each text protocol. */
const texts: Readonly<Record<string, RegExp>> = {
  GPS103: /imei:(\d{15})/,
  TK103: /^\(\d{12}BP05(\d{15})/,
  $$: /^\$\$.\d+,(\d{15}),/,
  watch: /^\[(?:3G|SG|CS)\*(\d{8,15})\*/,
  Queclink: /^\+(?:RESP|BUFF|ACK):\w+,\w+,(\d{15}),/,
  Teltonika: /^..(\d{15})/s,
}

const MAX_LOGIN_BYTES = 128
const GT06_LOGIN = 0x01
const GT06_ID_BYTES = 8
/** After 7e, message id and attributes. */
const JT808_ID_AT = 5
const JT808_ID_BYTES = 6

/**
 * The id in the first bytes of another protocol (`Foreign.name`), as its login contains it: usually the IMEI, for JT808 the number
 * assigned to the tracker. Null if these bytes contain none.
 */
export function readForeignId(name: string, bytes: Uint8Array): string | null {
  if (name === 'GT06') return readGt06(bytes)
  if (name === 'JT808') return withoutZeros(digitsAt(bytes, JT808_ID_AT, JT808_ID_BYTES))
  const form = texts[name]
  return form?.exec(latin1(bytes, 0, Math.min(bytes.length, MAX_LOGIN_BYTES)))?.[1] ?? null
}

/** The login packet (protocol number 01): eight bytes BCD, a zero and the IMEI. */
function readGt06(bytes: Uint8Array): string | null {
  const typeAt = bytes[0] === 0x79 ? 4 : 3
  const digits = bytes[typeAt] === GT06_LOGIN ? digitsAt(bytes, typeAt + 1, GT06_ID_BYTES) : null
  return digits?.startsWith('0') ? digits.slice(1) : null
}

/** Null if bytes are missing or are not BCD. */
const digitsAt = (bytes: Uint8Array, at: number, length: number): string | null =>
  bytes.length < at + length || readBcd(bytes, at, length * 2) === null
    ? null
    : bcdText(bytes, at, length * 2)

const withoutZeros = (digits: string | null): string | null => {
  const id = digits?.replace(/^0+/, '') ?? ''
  return id === '' ? null : id
}
