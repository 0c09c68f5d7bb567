import { nothingUnterminated, type Unterminated } from '#h02/catalogue/stream.ts'
import { newRelay, relayDueAt, type RelayState } from '../../container/relay/relay-state.ts'

/** What the server that the device is relayed to may send; smallCatalogue recognizes some of it. */
export const theirWords = {
  'a question': 'CXZT',
  'a setting': '8050000 20',
  'a frame with our word and time': '*HQ,1,BOTH,120000#',
  'an unknown text': 'hello',
  'an ack': '*HQ,1,V4,V1,20250601120000#',
  'a cut': '*HQ,1,S20,120000,1,1#',
  'half a cut': '9400',
  'the other half': '000',
} as const
export type TheirWord = keyof typeof theirWords

/** The relay of one session, and what it needs to know of the session's socket. */
export type RelayedSession = {
  readonly sessionId: string
  readonly state: RelayState
  /** Pieces that are in the log, as text. */
  readonly recorded: readonly string[]
  /** The last check of the timer (container/relay/relays.ts). */
  readonly lookedAt: number
  readonly sent: Unterminated
  readonly quietUntil: number
}

/** As container/relay/relays.ts and container/gateway.ts. */
const LOOK_EVERY_MS = 100
export const QUIET_AFTER_TEXT_MS = 300

/** Its connection to the other server is open. */
export const relayFor = (sessionId: string, now: number): RelayedSession => ({
  sessionId,
  state: { ...newRelay, phase: 'open', since: now },
  recorded: [],
  lookedAt: now,
  sent: nothingUnterminated,
  quietUntil: now,
})

/** When the timer finds something to do; `Infinity`: nothing. */
export const looksAt = ({ state, lookedAt }: RelayedSession): number =>
  Math.max(relayDueAt(state), lookedAt + LOOK_EVERY_MS)
