import { GrowingBytes } from './growing-bytes.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const ZERO = 0x30
const UNESCAPED_FROM = 0x20
const UNESCAPED_TO = 0x7e
/** Whole numbers are cut into halves that fit the machine's integers. */
const HALF = 1e9
const HALF_DIGITS = 9

/**
 * JSON written piece by piece as bytes. For what is written ten thousand times a second and waits: the objects that
 * `JSON.stringify` reads would have to live as long, and making text of them costs three times as much.
 */
export class JsonBytes extends GrowingBytes {
  /** Brackets, commas and names, as they stand: ASCII. */
  punctuation(text: string): this {
    this.makeRoom(text.length)
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i)
    return this
  }

  text(text: string): this {
    // The longest: every character escaped.
    this.makeRoom(6 * text.length + 2)
    this.bytes[this.length++] = QUOTE
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code < UNESCAPED_FROM || code > UNESCAPED_TO || code === QUOTE || code === BACKSLASH) {
        this.punctuation(`\\u${code.toString(16).padStart(4, '0')}`)
      } else this.bytes[this.length++] = code
    }
    this.bytes[this.length++] = QUOTE
    return this
  }

  /** From 0 to 2⁵³ - 1. */
  whole(value: number): this {
    const high = Math.floor(value / HALF)
    this.makeRoom(2 * HALF_DIGITS)
    if (high > 0) this.digits(high, digitsIn(high))
    const low = value - high * HALF
    this.digits(low, high > 0 ? HALF_DIGITS : digitsIn(low))
    return this
  }

  private digits(value: number, count: number): void {
    let left = value
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const rest = (left / 10) | 0
      this.bytes[at] = ZERO + left - rest * 10
      left = rest
    }
    this.length += count
  }
}

const digitsIn = (value: number): number => {
  let count = 1
  for (let left = value; left >= 10; left = (left / 10) | 0) count++
  return count
}
