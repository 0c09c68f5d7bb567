/** Lines of JSON in the order of the log, and the sequence number of the first line's record. */
export type Packet = { readonly data: Uint8Array; readonly firstSequence: string }
export type Line = { readonly text: string; readonly sequence: string }

/**
 * Firehose accepts records of up to 1,000 KiB and bills each in multiples of 5 KiB, so many lines share one. A line is
 * at most a few kilobytes long, because frames are.
 */
export const MAX_PACKET_BYTES = 900_000

/** Packs lines into few packets, without splitting lines. */
export function pack(lines: Iterable<Line>, maxBytes = MAX_PACKET_BYTES): Packet[] {
  const packets: Packet[] = []
  let parts: Buffer[] = []
  let bytes = 0
  let firstSequence = ''
  const close = (): void => {
    if (parts.length > 0) packets.push({ data: Buffer.concat(parts), firstSequence })
    parts = []
    bytes = 0
  }
  for (const { text, sequence } of lines) {
    const line = Buffer.from(`${text}\n`)
    if (bytes + line.length > maxBytes) close()
    if (parts.length === 0) firstSequence = sequence
    parts.push(line)
    bytes += line.length
  }
  close()
  return packets
}
