/** Bytes for a terminal: text with its control characters visible, binary records as hex. */
export const toPrintable = (bytes: Uint8Array): string => {
  const first = bytes[0]
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (first === 0x24 || first === 0x58) return buffer.toString('hex')
  return buffer.toString('latin1').replace(/\p{Cc}/gu, visible)
}

const visible = (character: string): string => {
  const code = character.charCodeAt(0)
  if (character === '\n') return '␊'
  if (character === '\r') return '␍'
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : `\\x${code.toString(16)}`
}
