import type { ImportSource } from '#shared/domain/imported.ts'

/** A frame to import. `deviceId`: as in the frame, or as the source says. */
export type Entry = {
  readonly deviceId: string
  readonly source: ImportSource
  /** ms since 1970 UTC: when the other server received it; the fix time, where that is all there is. */
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
  /** Of H02, 8 hex digits. */
  readonly statusWord: string | null
}

/** What a source has that cannot be imported, counted by reason. */
export type Refused = Map<string, number>

export const refuse = (refused: Refused, reason: string, count = 1): void =>
  void refused.set(reason, (refused.get(reason) ?? 0) + count)
