type AckCounter = {
  readonly read: (device: number, chunk: Uint8Array) => void
  readonly of: (device: number) => number
  readonly total: number
}

const ack = /,R12,\d{6}#|,V4,[A-Z][A-Z0-9]*,\d{14}#|\*[A-Z]{2},\d+,(?:V0|HTBT)#/gi
const LONGEST_ACK = 64

/** Counts acks exactly, however TCP delivers them. Commands do not count. It holds at most half an ack per device. */
export function createAckCounter(devices: number): AckCounter {
  const counts = new Uint32Array(devices)
  const halves = new Map<number, string>()
  let total = 0

  return {
    read(device, chunk) {
      const text =
        (halves.get(device) ?? '') +
        Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
      const found = text.match(ack)?.length ?? 0
      counts[device]! += found
      total += found
      const half = text.slice(text.lastIndexOf('#') + 1)
      if (half === '') halves.delete(device)
      else halves.set(device, half.slice(-LONGEST_ACK))
    },
    of: (device) => counts[device] ?? 0,
    get total() {
      return total
    },
  }
}
