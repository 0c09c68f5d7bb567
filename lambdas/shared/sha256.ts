import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

type Bytes = string | ArrayBuffer | ArrayBufferView

const viewOf = (bytes: Bytes): string | NodeJS.ArrayBufferView => {
  if (typeof bytes === 'string') return bytes
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
}

/** SHA-256, or its HMAC with a secret, with the interface that the signer requires. */
export class Sha256 {
  private readonly hash: Hash | Hmac
  constructor(secret?: Bytes) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', viewOf(secret))
  }
  update(bytes: Bytes): void {
    this.hash.update(viewOf(bytes))
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest())
  }
}
