import type { Frame, FrameKind } from './message.ts'

/** Stored bytes as a frame. The first byte gives its kind. */
export const frameOf = (bytes: Uint8Array): Frame => ({ kind: kindOf(bytes[0]), bytes })

const kindOf = (first: number | undefined): FrameKind =>
  first === 0x2a ? 'text' : first === 0x24 ? 'binary' : first === 0x58 ? 'mileage' : 'rest'
