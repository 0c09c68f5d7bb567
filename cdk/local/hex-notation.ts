/** `unsigned char frame[4] = ` before the bytes of an array. */
const declaration = /^[^={}]*=\s*(?=\{)/
/** Signs around bytes: arrays, strings of C, Python and JSON. */
const frames = /\bb(?=["'])|[{}[\]()<>"';]/g
/** Between the bytes of a chunk. A blank alone is a gap between chunks. */
const separators = /\s*[,:-]\s*/g

/** `2a48`, `0x2a48`, `0xA` and `\x2a\x48` as digits; null for anything else. */
function digitsOf(part: string): string | null {
  if (/^0x[0-9a-f]$/i.test(part)) return `0${part.slice(2)}`
  const digits = part.replace(/^0x/i, '').replace(/\\x(?=[0-9a-f]{2})/gi, '')
  return /^(?:[0-9a-f]{2})+$/i.test(digits) ? digits : null
}

/** The chunks of a line of hex in any notation of programs and Wireshark; null if something else is in it. */
export function readHex(line: string): Uint8Array[] | null {
  const words = line
    .replace(declaration, '')
    .replace(frames, ' ')
    .replace(separators, ',')
    .split(/\s+/)
    .map((word) => word.split(',').filter(Boolean).map(digitsOf))
    .filter(({ length }) => length > 0)
  return words.some((parts) => parts.includes(null))
    ? null
    : words.map((parts) => new Uint8Array(Buffer.from(parts.join(''), 'hex')))
}

/** Only digits and blanks: it cannot be text of a tracker, even if half a byte is missing. */
export const isMeantAsHex = (line: string): boolean => /^[0-9a-f\s]*$/i.test(line)

/** Not a part of a longer word such as a UUID. */
const END = String.raw`(?!\w|[,:-]\w)`
const ONE_BYTE = String.raw`(?:0x)?[0-9a-f]{2}${END}`
/** Two or more bytes: digits in one piece, or separators between the bytes. */
const MANY_BYTES = String.raw`(?:0x)?[0-9a-f]{2}(?:(?:[,:-] ?(?:0x)?[0-9a-f]{2})+|(?:[0-9a-f]{2})+)${END}`
/**
 * Words that begin as frames do: `*`, `$` or `X`. A byte alone is followed by other single bytes only, because it may also be a
 * number before a frame, such as its length.
 */
const runs = new RegExp(
  String.raw`(?<![\w.]|\w[:-])(?=(?:0x)?(?:2a|24|58))(?:${MANY_BYTES}(?:\s+(?:${MANY_BYTES}|${ONE_BYTE}))*|${ONE_BYTE}(?:\s+${ONE_BYTE})*)`,
  'gi',
)

/** The chunks of each run of hex within other text, such as a line of a log. */
export const findHexRuns = (line: string): Uint8Array[][] =>
  [...line.matchAll(runs)].map(([run]) => readHex(run)!)

/** The time at the beginning of a line of a log. Its digits and separators are valid hex. */
const logTime = /^\s*\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?\]?\s+/i
export const withoutLogTime = (line: string): string => line.replace(logTime, '')
