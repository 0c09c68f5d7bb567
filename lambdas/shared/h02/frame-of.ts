import type { Frame, FrameKind } from './message.ts'

/** The frame that stored bytes are: its kind stands in its first byte. */
export const frameOf = (bytes: Uint8Array): Frame => ({ kind: kindOf(bytes[0]), bytes })

const kindOf = (first: number | undefined): FrameKind =>
  first === 0x2a ? 'text' : first === 0x24 ? 'binary' : first === 0x58 ? 'mileage' : 'rest'
