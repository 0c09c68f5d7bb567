/** A `*HQ` command's word and its HHMMSS, the key of its reply; null for anything else. */
export function replyKeyOf(
  bytes: Uint8Array,
): { readonly word: string; readonly time: string | null } | null {
  if (bytes[0] !== 0x2a) return null
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const [, , word = '', time = ''] = text.replace(/#[\s\0]*$/, '').split(',')
  return word === '' ? null : { word, time: /^\d{6}$/.test(time) ? time : null }
}
