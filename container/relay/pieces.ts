/**
 * What the other server sends, cut into what is judged and recorded: a `*…#` frame, or a text, which has no end but a
 * silence (PROTOCOL.md section 5.3). A tracker does not know where one write ends and the next begins, and neither do we.
 */
export type Piece = {
  readonly bytes: Uint8Array
  /** How many bytes there were: more than `bytes` holds where it was too long. */
  readonly length: number
  /** It has an end. False: a frame without its `#`, or too long; such a piece never reaches a tracker. */
  readonly isWhole: boolean
}

/** Longer than any command (`LONGEST_COMMAND` of the catalogue is 512). */
export const MAX_PIECE_BYTES = 1_024

const STAR = 0x2a
const HASH = 0x23

/** Pieces of `bytes` in order, at most `max` of them, and what is left: the beginning of a piece. */
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

/** The piece that ends with a silence, or with the connection. */
export const endPiece = (bytes: Uint8Array): Piece => toPiece(bytes, !isOpenFrame(bytes))

/** A frame that has begun: its `#` may still be on the way. */
export const isOpenFrame = (bytes: Uint8Array): boolean => bytes.includes(STAR) && bytes.at(-1) !== HASH

/** A copy: what was read shares its memory with what is read next. */
const toPiece = (bytes: Uint8Array, isWhole: boolean): Piece => ({
  bytes: bytes.slice(0, MAX_PIECE_BYTES),
  length: bytes.length,
  isWhole,
})

/** Behind the piece that begins at `from`: behind its `#`, or before the `*` of the next one; null: not there yet. */
function endOf(bytes: Uint8Array, from: number): number | null {
  let hasText = false
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === HASH) return at + 1
    if (byte === STAR && hasText) return at
    // Blanks and what is not printable belong to what follows.
    if (byte > 0x20 && byte < 0x7f) hasText = true
  }
  return null
}
