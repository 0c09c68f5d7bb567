import { HASH, STAR } from '#h02/ascii.ts'

/**
 * Cuts the bytes of the other server into the pieces that are judged and recorded: a `*…#` frame, or a text, which ends
 * only with a silence (PROTOCOL.md section 5.3). TCP shows neither the tracker nor us where one write ends and the next
 * begins.
 */
export type Piece = {
  readonly bytes: Uint8Array
  /** The number of bytes. More than `bytes` holds if the piece was too long. */
  readonly length: number
  /**
   * Whether it is complete. A frame without its `#`, or a piece that is too long, is not, and never reaches a tracker.
   */
  readonly isWhole: boolean
}

/** Longer than any command: `LONGEST_COMMAND` of the catalogue is 512. */
export const MAX_PIECE_BYTES = 1_024

/** Returns the pieces of `bytes` in order, at most `max` of them, and the rest, which is the beginning of a piece. */
export function cutPieces(
  bytes: Uint8Array,
  max: number,
): { readonly pieces: readonly Piece[]; readonly left: Uint8Array } {
  const pieces: Piece[] = []
  let from = 0
  while (from < bytes.length && pieces.length < max) {
    const end = endOf(bytes, from)
    if (end === null) {
      if (bytes.length - from <= MAX_PIECE_BYTES) break
      pieces.push(toPiece(bytes.subarray(from, from + MAX_PIECE_BYTES), false))
      from += MAX_PIECE_BYTES
      continue
    }
    pieces.push(toPiece(bytes.subarray(from, end), end - from <= MAX_PIECE_BYTES))
    from = end
  }
  return { pieces, left: bytes.subarray(from) }
}

/** The piece that a silence or the end of the connection completes. */
export const endPiece = (bytes: Uint8Array): Piece => toPiece(bytes, !isOpenFrame(bytes))

/** A frame that has begun: its `#` may still be on the way. */
export const isOpenFrame = (bytes: Uint8Array): boolean => bytes.includes(STAR) && bytes.at(-1) !== HASH

/** Copies, because the next read overwrites this memory. */
const toPiece = (bytes: Uint8Array, isWhole: boolean): Piece => ({
  bytes: bytes.slice(0, MAX_PIECE_BYTES),
  length: bytes.length,
  isWhole,
})

/**
 * The offset after the piece that begins at `from`: after its `#`, or at the `*` of the next one. Null if it has not
 * ended yet.
 */
function endOf(bytes: Uint8Array, from: number): number | null {
  let hasText = false
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === HASH) return at + 1
    if (byte === STAR && hasText) return at
    // Blanks and unprintable bytes belong to the next piece.
    if (byte > 0x20 && byte < 0x7f) hasText = true
  }
  return null
}
