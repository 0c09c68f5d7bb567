/** What a server sends: `*…#`, or plain text without any end. A write of the server is taken as one text. */
export type Received =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array; readonly fields: readonly string[] }
  | { readonly kind: 'text'; readonly bytes: Uint8Array; readonly text: string }

/** Cuts what arrives into frames and texts; half a frame waits for its rest. */
export function createInbox(): (chunk: Uint8Array) => Received[] {
  let held = ''
  return (chunk) => {
    const received: Received[] = []
    let rest = held + Buffer.from(chunk).toString('latin1')
    held = ''
    while (rest !== '') {
      const star = rest.search(/\*[A-Za-z]{2},/)
      const text = (star < 0 ? rest : rest.slice(0, star)).trim()
      if (text !== '') received.push({ kind: 'text', bytes: Buffer.from(text, 'latin1'), text })
      if (star < 0) break
      const end = rest.indexOf('#', star)
      if (end < 0) {
        held = rest.slice(star)
        break
      }
      const frame = rest.slice(star, end + 1)
      received.push({
        kind: 'frame',
        bytes: Buffer.from(frame, 'latin1'),
        fields: frame.slice(1, -1).split(','),
      })
      rest = rest.slice(end + 1)
    }
    return received
  }
}
