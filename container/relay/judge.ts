import { afterWrite, faultOfJoin, faultOfRaw, type Unterminated } from '#h02/catalogue/stream.ts'
import { hidesCut, isAck, recognize } from '#h02/catalogue/index.ts'
import type { Danger } from '#h02/catalogue/types.ts'
import type { RelayReplies } from '#shared/domain/relay.ts'
import type { Piece } from './pieces.ts'

/** The state of the tracker's connection that decides what may be written. */
export type TrackerFacts = {
  /** What was written to the socket since the last terminator, by us and by the other server. */
  readonly sent: Unterminated
  /** A text command was just written. It has no terminator and ends with silence. */
  readonly isQuiet: boolean
  /** One of our commands awaits its reply or is on its way. */
  readonly hasOpenCommand: boolean
  /** The session owns its device and may receive commands with secrets. */
  readonly isTrusted: boolean
}

/** Why a piece is recorded but not written to the tracker. */
export type DropReason =
  | 'rule'
  | 'ack'
  | 'dangerous'
  | 'not-harmless'
  | 'unsafe-bytes'
  | 'not-established'
  | 'open-command'
  | 'join'
  | 'quiet'
  | 'rate'

type Ruling =
  | { readonly kind: 'write'; readonly danger: Danger; readonly intent: string | null }
  /** Not now; `reason` is why it is dropped in the end. */
  | { readonly kind: 'wait'; readonly reason: DropReason }
  | { readonly kind: 'drop'; readonly reason: DropReason }

/**
 * Decides whether bytes of the other server may be written to the tracker. Judges the stream that the tracker reads,
 * including what was written before. The model counts as unknown, so that no wording passes because we take the tracker
 * for a certain model.
 */
export function judge(piece: Piece, replies: RelayReplies, tracker: TrackerFacts): Ruling {
  const known = ruleOf(piece, replies)
  if (known.kind !== 'write') return known
  if (!tracker.isTrusted) return { kind: 'drop', reason: 'not-established' }
  if (tracker.hasOpenCommand) return { kind: 'wait', reason: 'open-command' }
  if (tracker.isQuiet) return { kind: 'wait', reason: 'quiet' }
  return faultOfJoin(tracker.sent, piece.bytes, { model: null, isTyped: true }) === null
    ? known
    : { kind: 'wait', reason: 'join' }
}

/** The decision of the device's rule, from the bytes alone. */
function ruleOf({ bytes, isWhole }: Piece, replies: RelayReplies): Ruling {
  // Only our ack may reach the tracker: an earlier one would make it delete a frame that our log does not have yet.
  if (isAck(bytes)) return { kind: 'drop', reason: 'ack' }
  if (replies === 'drop') return { kind: 'drop', reason: 'rule' }
  if (!isWhole || isBlank(bytes)) return { kind: 'drop', reason: 'unsafe-bytes' }
  const known = recognize(bytes)
  const danger = known?.danger ?? 'disruptive'
  if (danger === 'dangerous' || hidesCut(bytes)) return { kind: 'drop', reason: 'dangerous' }
  if (replies === 'harmless' && !(danger === 'harmless' && known?.exact === true)) {
    return { kind: 'drop', reason: 'not-harmless' }
  }
  if (faultOfRaw(bytes) !== null) return { kind: 'drop', reason: 'unsafe-bytes' }
  return { kind: 'write', danger, intent: known?.exact === true ? known.intent : null }
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20 || byte >= 0x7f)

/** The state of the tracker's connection after a piece was written. */
export const afterPiece = (tracker: TrackerFacts, { bytes }: Piece): TrackerFacts => ({
  ...tracker,
  sent: afterWrite(tracker.sent, bytes),
  isQuiet: bytes.at(-1) !== 0x23,
})
