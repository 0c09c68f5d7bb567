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
