/**
 * The codec of H02: bytes to frames, frames to messages, acknowledgements to bytes. Pure, and it never throws,
 * whatever the bytes.
 *
 *     const framer = createFramer()
 *     for (const frame of framer.push(chunk)) {
 *       const decoded = decode(frame)
 *       if (decoded.ok) console.log(decoded.message.type, decoded.message.position)
 *     }
 */
export { createFramer, type Framer } from './framer.ts'
export type { Foreign } from './foreign.ts'
export { readForeignId } from './foreign-id.ts'
export { frameOf } from './frame-of.ts'
export { plainModel } from './model-name.ts'
export { isBootType, messageTypes, toKnownType } from './message-types.ts'
export { peek } from './peek.ts'
export { decode, DECODER_VERSION } from './decode.ts'
export { toVectorKeys } from './describe.ts'
export { toBatchFixTime } from './time.ts'
export { atUtcOffset } from './utc-offset.ts'
export { ackKindOf, ackText, encodeAck, type AckKind } from './encode-ack.ts'
export { statusBits, type StatusBit } from './status.ts'
export type * from './message.ts'
