/** A growing byte buffer with the number encodings of the history formats. */
export type ByteWriter = {
  readonly byte: (value: number) => void
  /** Unsigned LEB128; exact up to 2^53. */
  readonly varint: (value: number) => void
  /** Signed, zigzag over LEB128. */
  readonly signed: (value: number) => void
  readonly bytes: (value: Uint8Array) => void
  /** The bytes so far, as a view of the writer's memory. */
  readonly written: () => Uint8Array
  /** A copy of them. */
  readonly finish: () => Uint8Array
  readonly clear: () => void
}

const FIRST_BYTES = 256

/** A writer that is kept and `clear`ed allocates no memory per use. */
export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(FIRST_BYTES)
  let length = 0
  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + more))
    grown.set(buffer.subarray(0, length))
    buffer = grown
  }
  const byte = (value: number): void => {
    if (length === buffer.length) reserve(1)
    buffer[length++] = value
  }
  const varint = (value: number): void => {
    while (value >= 0x80) {
      byte((value % 0x80) | 0x80)
      value = Math.floor(value / 0x80)
    }
    byte(value)
  }
  return {
    byte,
    varint,
    signed: (value) => varint(value < 0 ? -value * 2 - 1 : value * 2),
    bytes: (value) => {
      reserve(value.length)
      buffer.set(value, length)
      length += value.length
    },
    written: () => buffer.subarray(0, length),
    finish: () => buffer.slice(0, length),
    clear: () => {
      length = 0
    },
  }
}

export type ByteReader = {
  readonly byte: () => number
  readonly varint: () => number
  readonly signed: () => number
  readonly bytes: (count: number) => Uint8Array
  readonly atEnd: () => boolean
}

/**
 * Reads what `createByteWriter` wrote; throws past the end (stored bytes are our own, so that means damage, not bad
 * input).
 */
export function createByteReader(buffer: Uint8Array): ByteReader {
  let at = 0
  const byte = (): number => {
    const value = buffer[at++]
    if (value === undefined) throw new RangeError(`stored bytes end early, at ${buffer.length}`)
    return value
  }
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const next = byte()
      value += (next & 0x7f) * scale
      if (next < 0x80) return value
    }
  }
  return {
    byte,
    varint,
    signed: () => {
      const value = varint()
      return value % 2 === 1 ? -(value + 1) / 2 : value / 2
    },
    bytes: (count) => {
      if (at + count > buffer.length) throw new RangeError(`stored bytes end early, at ${buffer.length}`)
      at += count
      return buffer.subarray(at - count, at)
    },
    atEnd: () => at === buffer.length,
  }
}
