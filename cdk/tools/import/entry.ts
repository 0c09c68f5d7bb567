import type { ImportSource } from '#shared/domain/imported.ts'

/** A frame to import. `deviceId` is the id in the frame, or the one that the source gives. */
export type Entry = {
  readonly deviceId: string
  readonly source: ImportSource
  /** When the other server received it, ms since 1970 UTC; the fix time if the source has no other time. */
  readonly receivedAt: number
  readonly raw: Uint8Array
}

/** A position without a frame. Absent is null. */
export type Fix = {
  /** ms since 1970 UTC */
  readonly fixTime: number
  readonly valid: boolean
  readonly latitude: number
  readonly longitude: number
  readonly speedKnots: number | null
  readonly course: number | null
  /** The status word of H02, 8 hex digits. */
  readonly statusWord: string | null
}

/** Counts by reason what cannot be imported. */
export type Refused = Map<string, number>

export const refuse = (refused: Refused, reason: string, count = 1): void =>
  void refused.set(reason, (refused.get(reason) ?? 0) + count)
