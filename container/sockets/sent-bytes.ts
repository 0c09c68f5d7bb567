import { afterWrite, nothingUnterminated, type Unterminated } from '#h02/catalogue/stream.ts'

/** What commands wrote to one socket since the last `#`, for all devices on it; the size is limited. */
export class SentBytes {
  unterminated: Unterminated = nothingUnterminated

  note(bytes: Uint8Array): void {
    this.unterminated = afterWrite(this.unterminated, bytes)
  }

  /** An ack ends with `#`, which also ends an open text command. */
  noteAck(): void {
    this.unterminated = nothingUnterminated
  }
}
