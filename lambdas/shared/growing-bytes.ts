/** A buffer to which bytes are appended. Its memory doubles when it is full, and is reused after `clear`. */
export class GrowingBytes {
  protected bytes: Uint8Array
  protected length = 0

  constructor(firstBytes: number) {
    this.bytes = new Uint8Array(firstBytes)
  }

  /** A view: appending more may move the bytes. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  append(more: Uint8Array): void {
    this.makeRoom(more.length)
    this.bytes.set(more, this.length)
    this.length += more.length
  }

  clear(): void {
    this.length = 0
  }

  protected makeRoom(more: number): void {
    const end = this.length + more
    if (end <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(end, 2 * this.bytes.length))
    larger.set(this.written)
    this.bytes = larger
  }
}
