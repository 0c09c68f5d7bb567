import type { Danger } from '#h02/catalogue/types.ts'
import type { RelayReplies } from '#shared/domain/relay.ts'
import { afterPiece, judge, type DropReason, type TrackerFacts } from './judge.ts'
import { cutPieces, endPiece, isOpenFrame, type Piece } from './pieces.ts'

/**
 * The relay of one session, as a pure function: what happened goes in, what to do comes out. Times are of the monotonic
 * clock, ms.
 *
 *     waiting     no connection: the next try is due at `dueAt`
 *     asked       waits for its turn among the gateway's connects
 *     connecting
 *     open        the tracker's bytes are passed on as they arrive
 *     ended       the session is over, or no longer relayed
 *
 * While there is no connection, the newest bytes are held, up to a limit (`MAX_HELD_BYTES`, less while all relays together
 * hold much), and older ones are dropped. The relay disconnects from a server that does not read when too many bytes wait for it.
 */
export type RelayState = {
  readonly phase: 'waiting' | 'asked' | 'connecting' | 'open' | 'ended'
  /** Bytes from the tracker that wait for the other server. */
  readonly held: readonly Uint8Array[]
  readonly heldBytes: number
  /** Failed tries in a row. */
  readonly failures: number
  /** When the next try is due; for an open connection, when it was opened. */
  readonly since: number
  /** The beginning of a piece from the other server, and when its newest bytes arrived. */
  readonly partial: Uint8Array
  readonly partialAt: number
  /** Complete pieces that may be written, but not at this moment. */
  readonly pending: readonly (Piece & { readonly until: number })[]
  /** The times at which pieces were written to the tracker in the last minute. */
  readonly writtenAt: readonly number[]
}

export type RelayInput =
  /** `unsent`: bytes that the socket of an open connection has not sent yet. `limit`: how many bytes may wait now. */
  | {
      readonly kind: 'from-tracker'
      readonly bytes: Uint8Array
      readonly unsent: number
      readonly limit: number
    }
  /** `random`: 0 to 1, for the back-off. */
  | { readonly kind: 'lost'; readonly at: number; readonly random: number }
  | { readonly kind: 'turn' | 'connected'; readonly at: number }
  | {
      readonly kind: 'from-server'
      readonly at: number
      readonly bytes: Uint8Array
      readonly replies: RelayReplies
      readonly tracker: TrackerFacts
    }
  | {
      readonly kind: 'time'
      readonly at: number
      readonly replies: RelayReplies
      readonly tracker: TrackerFacts
    }
  | { readonly kind: 'end' }

export type RelayAction =
  /** Asks for permission to connect; the event `turn` grants it. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'connect' }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Disconnects from the server. `stalled`: it does not read; `lost` follows. */
  | { readonly kind: 'leave'; readonly why: 'stalled' | 'ended' }
  /** Bytes of the tracker that were dropped and do not reach the other server. */
  | { readonly kind: 'dropped'; readonly bytes: number }
  | { readonly kind: 'record'; readonly piece: Piece }
  | {
      readonly kind: 'write'
      readonly piece: Piece
      readonly danger: Danger
      readonly intent: string | null
    }
  | { readonly kind: 'withheld'; readonly reason: DropReason }
  /** Bytes of a flood, which are not even recorded. */
  | { readonly kind: 'flooded'; readonly bytes: number }

export type RelayStep = { readonly state: RelayState; readonly actions: readonly RelayAction[] }

/** Limit of bytes that wait per session: before there is a connection, or in its socket. */
export const MAX_HELD_BYTES = 64 * 1024
/**
 * The memory of a held chunk in addition to its bytes. It is counted, so that a tracker that sends single bytes cannot
 * use more.
 */
export const CHUNK_OVERHEAD = 200
/** After this silence a text of the other server is complete. The rest of a frame may take longer. */
const TEXT_SILENCE_MS = 300
const FRAME_SILENCE_MS = 10_000
/** A piece that cannot be written within this time is dropped: a late command is worse than none. */
const MAX_PENDING_MS = 2_000
const MAX_PENDING = 8
/** Number of pieces that are processed per read; more is a flood. */
const MAX_PIECES_AT_ONCE = 64
const MAX_WRITES_PER_MINUTE = 20
const MINUTE_MS = 60_000
const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 300_000
/** A connection that has lasted this long counts as stable, and resets the back-off. */
const STABLE_MS = 60_000

const nothing = new Uint8Array()

/** Begins with a request to connect: perform `ask`. */
export const newRelay: RelayState = {
  phase: 'asked',
  held: [],
  heldBytes: 0,
  failures: 0,
  since: 0,
  partial: nothing,
  partialAt: 0,
  pending: [],
  writtenAt: [],
}

export function stepRelay(state: RelayState, input: RelayInput): RelayStep {
  if (state.phase === 'ended') return { state, actions: [] }
  switch (input.kind) {
    case 'from-tracker':
      return state.phase === 'open' ? send(state, input) : hold(state, input)
    case 'turn':
      return state.phase === 'asked'
        ? only({ ...state, phase: 'connecting' }, { kind: 'connect' })
        : only(state)
    case 'connected':
      return flush({ ...state, phase: 'open', since: input.at, held: [], heldBytes: 0 }, state.held)
    case 'lost':
      return lose(state, input)
    case 'from-server':
      return receive(state, input)
    case 'time':
      return passTime(state, input)
    case 'end':
      return end(state)
  }
}

/** When the next `time` event is due; `Infinity` if none is due until something happens. */
export function relayDueAt({ phase, since, partial, partialAt, pending }: RelayState): number {
  if (phase === 'ended') return Infinity
  const silence = partial.length === 0 ? Infinity : partialAt + silenceOf(partial)
  // Pieces that wait for the tracker's connection are checked again soon.
  return Math.min(phase === 'waiting' ? since : Infinity, silence, pending.length > 0 ? 0 : Infinity)
}

const only = (state: RelayState, ...actions: readonly RelayAction[]): RelayStep => ({ state, actions })

const silenceOf = (partial: Uint8Array): number => (isOpenFrame(partial) ? FRAME_SILENCE_MS : TEXT_SILENCE_MS)

const weightOf = (chunk: Uint8Array): number => chunk.length + CHUNK_OVERHEAD

function send(
  state: RelayState,
  { bytes, unsent, limit }: Extract<RelayInput, { kind: 'from-tracker' }>,
): RelayStep {
  if (unsent + bytes.length <= limit) return only(state, { kind: 'send', bytes })
  return only(
    { ...state, phase: 'connecting' },
    { kind: 'leave', why: 'stalled' },
    { kind: 'dropped', bytes: unsent + bytes.length },
  )
}

/** Drops the oldest bytes: the other server needs the current position. */
function hold(state: RelayState, { bytes, limit }: Extract<RelayInput, { kind: 'from-tracker' }>): RelayStep {
  const held = [...state.held, bytes]
  let heldBytes = state.heldBytes + weightOf(bytes)
  let dropped = 0
  while (heldBytes > limit && held.length > 0) {
    const oldest = held.shift()!
    heldBytes -= weightOf(oldest)
    dropped += oldest.length
  }
  const next = { ...state, held, heldBytes }
  return dropped === 0 ? only(next) : only(next, { kind: 'dropped', bytes: dropped })
}

const flush = (state: RelayState, held: readonly Uint8Array[]): RelayStep => ({
  state,
  actions: held.map((bytes) => ({ kind: 'send', bytes })),
})

function lose(state: RelayState, { at, random }: Extract<RelayInput, { kind: 'lost' }>): RelayStep {
  const wasStable = state.phase === 'open' && at - state.since >= STABLE_MS
  const failures = wasStable ? 0 : state.failures
  const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 20))
  const ended = endPartial(state)
  return {
    state: {
      ...ended.state,
      phase: 'waiting',
      failures: failures + 1,
      since: at + waitMs * (0.5 + random / 2),
      // What a server sent before it disconnected is not written later.
      pending: [],
    },
    actions: ended.actions,
  }
}

/** An incomplete piece at the end of the connection is recorded and never written. */
function endPartial(state: RelayState): RelayStep {
  if (state.partial.length === 0) return only(state)
  const piece = { ...endPiece(state.partial), isWhole: false }
  return only(
    { ...state, partial: nothing },
    { kind: 'record', piece },
    { kind: 'withheld', reason: 'unsafe-bytes' },
  )
}

function receive(
  state: RelayState,
  { at, bytes, replies, tracker }: Extract<RelayInput, { kind: 'from-server' }>,
): RelayStep {
  const joined = Buffer.concat([state.partial, bytes])
  const { pieces, left } = cutPieces(joined, MAX_PIECES_AT_ONCE)
  // An incomplete piece has at most `MAX_PIECE_BYTES`, so a longer rest contains more pieces.
  const isFlood = pieces.length === MAX_PIECES_AT_ONCE && left.length > 0
  const partial = isFlood ? nothing : left.slice()
  const next = { ...state, partial, partialAt: at }
  const ruled = rule(next, pieces, { at, replies, tracker })
  return isFlood ? add(ruled, { kind: 'flooded', bytes: left.length }) : ruled
}

const add = ({ state, actions }: RelayStep, ...more: readonly RelayAction[]): RelayStep => ({
  state,
  actions: [...actions, ...more],
})

type Now = { readonly at: number; readonly replies: RelayReplies; readonly tracker: TrackerFacts }

/** Records each new piece and queues it for writing, in order. */
function rule(state: RelayState, pieces: readonly Piece[], now: Now): RelayStep {
  const actions: RelayAction[] = pieces.map((piece) => ({ kind: 'record', piece }))
  const fresh = pieces.map((piece) => ({ ...piece, until: now.at + MAX_PENDING_MS }))
  const written = writePending({ ...state, pending: [...state.pending, ...fresh] }, now)
  return { state: written.state, actions: [...actions, ...written.actions] }
}

/** Writes the pieces that may be written now, in order. A piece that has to wait keeps back all later ones. */
function writePending(state: RelayState, { at, replies, tracker }: Now): RelayStep {
  const actions: RelayAction[] = []
  const writtenAt = state.writtenAt.filter((time) => at - time < MINUTE_MS)
  const pending: (typeof state.pending)[number][] = []
  let facts = tracker
  const withhold = (reason: DropReason): void => void actions.push({ kind: 'withheld', reason })
  for (const piece of state.pending) {
    if (writtenAt.length >= MAX_WRITES_PER_MINUTE) {
      withhold('rate')
      continue
    }
    const ruling = judge(piece, replies, facts)
    if (ruling.kind === 'drop') withhold(ruling.reason)
    else if (ruling.kind === 'wait' || pending.length > 0) {
      const reason = ruling.kind === 'wait' ? ruling.reason : 'quiet'
      if (at >= piece.until || pending.length >= MAX_PENDING) withhold(reason)
      else pending.push(piece)
    } else {
      const { danger, intent } = ruling
      actions.push({ kind: 'write', piece, danger, intent })
      writtenAt.push(at)
      facts = afterPiece(facts, piece)
    }
  }
  return { state: { ...state, pending, writtenAt }, actions }
}

function passTime(
  state: RelayState,
  { at, replies, tracker }: Extract<RelayInput, { kind: 'time' }>,
): RelayStep {
  const { phase, since, partial, partialAt } = state
  const isDue = phase === 'waiting' && at >= since
  const isSilent = partial.length > 0 && at - partialAt >= silenceOf(partial)
  const next: RelayState = {
    ...state,
    ...(isDue && { phase: 'asked' }),
    ...(isSilent && { partial: nothing }),
  }
  const ruled = rule(next, isSilent ? [endPiece(partial)] : [], { at, replies, tracker })
  return isDue ? add(ruled, { kind: 'ask' }) : ruled
}

function end(state: RelayState): RelayStep {
  const { state: next, actions } = endPartial(state)
  const bytes = state.held.reduce((sum, chunk) => sum + chunk.length, 0)
  return {
    state: { ...next, phase: 'ended', held: [], heldBytes: 0, pending: [] },
    actions: [
      ...actions,
      ...(bytes > 0 ? [{ kind: 'dropped', bytes } as const] : []),
      { kind: 'leave', why: 'ended' },
    ],
  }
}
