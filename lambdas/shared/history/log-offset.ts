/**
 * The offset of an event in the log: its record's sequence number (decimal, up to 56 digits) and its index in the
 * record.
 */
export type LogOffset = { readonly sequence: string; readonly index: number }

const SEQUENCE_BYTES = 24

export const compareLogOffsets = (a: LogOffset, b: LogOffset): number => {
  if (a.sequence === b.sequence) return a.index - b.index
  const [one, other] = [BigInt(a.sequence), BigInt(b.sequence)]
  return one < other ? -1 : one > other ? 1 : a.index - b.index
}

/** 28 bytes: the sequence number and the index, big-endian. */
export function encodeLogOffset({ sequence, index }: LogOffset): Uint8Array {
  const bytes = new Uint8Array(SEQUENCE_BYTES + 4)
  bytes.set(
    Buffer.from(
      BigInt(sequence)
        .toString(16)
        .padStart(SEQUENCE_BYTES * 2, '0'),
      'hex',
    ),
  )
  new DataView(bytes.buffer).setUint32(SEQUENCE_BYTES, index)
  return bytes
}

export function decodeLogOffset(bytes: Uint8Array): LogOffset {
  const hex = Buffer.from(bytes.subarray(0, SEQUENCE_BYTES)).toString('hex')
  return {
    sequence: BigInt(`0x${hex}`).toString(),
    index: new DataView(bytes.buffer, bytes.byteOffset).getUint32(SEQUENCE_BYTES),
  }
}
