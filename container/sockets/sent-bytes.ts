import { afterWrite, nothingUnterminated, type Unterminated } from '#h02/catalogue/stream.ts'

/** What commands wrote to one socket since the last `#`, for all devices on it; bounded. */
export class SentBytes {
  unterminated: Unterminated = nothingUnterminated

  note(bytes: Uint8Array): void {
    this.unterminated = afterWrite(this.unterminated, bytes)
  }

  /** An ack was written, which ends with `#`: what a text command left open ends with it. */
  noteAck(): void {
    this.unterminated = nothingUnterminated
  }
}
