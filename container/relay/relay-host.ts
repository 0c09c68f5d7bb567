import type { Danger } from '#h02/catalogue/types.ts'
import type { RelayTarget } from '#shared/domain/relay.ts'
import type { Session } from '../sessions/session.ts'
import type { Connects } from './connects.ts'
import type { FindAddress } from './find-address.ts'
import type { DropReason, TrackerFacts } from './judge.ts'
import type { Piece } from './pieces.ts'

/** A piece of the other server that goes to the tracker, and what it is. */
export type RelayedPiece = { readonly piece: Piece; readonly danger: Danger; readonly intent: string | null }

/** What one relay needs of all of them. */
export type RelayHost<Relay> = {
  readonly connects: Connects<Relay>
  readonly findAddress: FindAddress
  readonly isUnderPressure: () => boolean
  readonly monotonic: () => number
  /** Into the log and to the tracker. */
  readonly write: (session: Session, target: RelayTarget, relayed: RelayedPiece) => void
  readonly count: (name: string, by?: number, reason?: DropReason) => void
  /** Of what all servers together may send. */
  readonly spendPieces: (pieces: number) => void
  readonly hasPieces: () => boolean
  readonly factsOf: (session: Session) => TrackerFacts
  /** False: not recorded, because the device has its share of today. */
  readonly record: (session: Session, piece: Piece) => boolean
  readonly addHeld: (bytes: number) => void
  readonly holdsTooMuch: () => boolean
  readonly onLost: (relay: Relay, cause: unknown) => void
  readonly guard: (relay: Relay, work: () => void) => void
}
