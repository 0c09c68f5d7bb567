import type { Danger } from '#h02/catalogue/types.ts'
import type { RelayTarget } from '#shared/domain/relay.ts'
import type { Session } from '../sessions/session.ts'
import type { Connects } from './connects.ts'
import type { FindAddress } from './find-address.ts'
import type { DropReason, TrackerFacts } from './judge.ts'
import type { Piece } from './pieces.ts'

/** A piece of the other server that is written to the tracker, with its meaning. */
export type RelayedPiece = { readonly piece: Piece; readonly danger: Danger; readonly intent: string | null }

/** What one relay uses of the gateway. */
export type RelayHost<Relay> = {
  readonly connects: Connects<Relay>
  readonly findAddress: FindAddress
  readonly isUnderPressure: () => boolean
  readonly monotonic: () => number
  /** Records a piece and writes it to the tracker. */
  readonly write: (session: Session, target: RelayTarget, relayed: RelayedPiece) => void
  readonly count: (name: string, by?: number, reason?: DropReason) => void
  /** The rate limit that all servers share. */
  readonly spendPieces: (pieces: number) => void
  readonly hasPieces: () => boolean
  readonly factsOf: (session: Session) => TrackerFacts
  /** Records a piece. False if the device has used up its limit of the day. */
  readonly record: (session: Session, piece: Piece) => boolean
  readonly addHeld: (bytes: number) => void
  readonly holdsTooMuch: () => boolean
  readonly onLost: (relay: Relay, cause: unknown) => void
  readonly guard: (relay: Relay, work: () => void) => void
}
