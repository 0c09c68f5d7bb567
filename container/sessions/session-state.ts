import type { Frame, Peek } from '#h02'
import type { Login } from '#shared/store/sessions.ts'

/** A frame on its way to the log. `receivedAt`: the wall clock; `at`: the monotonic clock, ms. */
export type HeldFrame = {
  readonly frame: Frame
  readonly peeked: Peek
  readonly receivedAt: number
  readonly at: number
}

/**
 * Why a session is refused. `unregistered`: the registry does not know the id. `source`: registered, but not from this
 * address. `throttled`: the registry was not asked, because too many unknown ids come in.
 */
type Refusal = 'unregistered' | 'source' | 'throttled'

/**
 * asking      the registry has not answered: frames are held, nothing is acknowledged
 * registered  frames go to the log; the session owns the device and receives its commands
 * displaced   frames go to the log; another session owns the device
 * refused     nothing is stored or acknowledged: the tracker keeps its data
 * closed      the end
 */
export type SessionState =
  | {
      readonly phase: 'asking'
      readonly held: readonly HeldFrame[]
      /** False while the socket has too many ids that are not trusted yet. */
      readonly isRequested: boolean
    }
  /** The socket closed while the registry's answer is pending. */
  | { readonly phase: 'leaving'; readonly held: readonly HeldFrame[]; readonly reason: string }
  | { readonly phase: 'registered' }
  | { readonly phase: 'displaced'; readonly lookedAt: number }
  | { readonly phase: 'refused'; readonly refusal: Refusal; readonly since: number }
  | { readonly phase: 'closed' }

/** Whether the socket may ask about one more id now. `wait`: after another id is answered; `full`: not at all. */
export type Slot = 'free' | 'wait' | 'full'

/** All times: the monotonic clock, ms. */
export type SessionInput =
  | { readonly kind: 'frame'; readonly frame: HeldFrame; readonly slot: Slot }
  /** Another id of the socket was answered or trusted. */
  | { readonly kind: 'slot'; readonly slot: Slot }
  /** The registry has registered the session. `isOwner`: no session with a higher epoch is known. */
  | { readonly kind: 'login'; readonly login: Login; readonly isOwner: boolean }
  | { readonly kind: 'refused'; readonly at: number; readonly refusal: Refusal }
  /** A session with a higher epoch owns the device. `isStale`: silent, or from the same address. */
  | { readonly kind: 'displaced'; readonly isStale: boolean }
  /** The owner of the device has left this gateway. */
  | { readonly kind: 'owner-left' }
  /** Whether the device has no owner that is alive. */
  | { readonly kind: 'looked'; readonly isFree: boolean }
  /** `isWithdrawn`: the request to the registry was never sent. */
  | { readonly kind: 'closed'; readonly reason: string; readonly isWithdrawn: boolean }

export type SessionEffect =
  | { readonly kind: 'ask' }
  | { readonly kind: 'hold'; readonly frame: HeldFrame }
  /** Its held frames are gone. */
  | { readonly kind: 'release' }
  | { readonly kind: 'drop'; readonly frames: readonly HeldFrame[]; readonly reason: DropReason }
  | { readonly kind: 'open'; readonly login: Login; readonly isOwner: boolean }
  | { readonly kind: 'forward'; readonly frame: HeldFrame }
  /** A displaced session delivered this frame: two sockets claim the device. */
  | { readonly kind: 'contest'; readonly frame: HeldFrame }
  /** Looks up whether the device still has an owner, unless its owner here is alive. `looked` follows, or nothing. */
  | { readonly kind: 'look' }
  /** Ends the session in the log. `isOwner`: it releases the device. */
  | { readonly kind: 'end'; readonly reason: string; readonly isOwner: boolean }
  | { readonly kind: 'close-socket'; readonly reason: string }
  /** The socket forgets the id. */
  | { readonly kind: 'forget' }

type DropReason = Refusal | 'unestablished' | 'closed-unanswered'

type Step = { readonly state: SessionState; readonly effects: readonly SessionEffect[] }

/** A refused session of a socket that stays open is looked up again after this time. */
const ASK_AGAIN_MS = 60_000
/** A displaced session looks up its device at most this often. */
const LOOK_AGAIN_MS = 5_000

type Asking = SessionState & { readonly phase: 'asking' }

export const newSession: Asking = { phase: 'asking', held: [], isRequested: false }
const closed: SessionState = { phase: 'closed' }
const never = Number.NEGATIVE_INFINITY

/** One device on one socket, as a pure state machine. Unexpected input changes nothing. */
export function step(state: SessionState, input: SessionInput): Step {
  switch (input.kind) {
    case 'frame':
      return onFrame(state, input.frame, input.slot)
    case 'slot':
      return state.phase === 'asking' ? request(state, input.slot) : same(state)
    case 'login':
      return onLogin(state, input.login, input.isOwner)
    case 'refused':
      return onRefused(state, input.refusal, input.at)
    case 'displaced':
      return onDisplaced(state, input.isStale)
    case 'owner-left':
      return state.phase === 'displaced' ? same({ ...state, lookedAt: never }) : same(state)
    case 'looked':
      return state.phase === 'displaced' && input.isFree ? logInAgain() : same(state)
    case 'closed':
      return onClosed(state, input.reason, input.isWithdrawn)
  }
}

const same = (state: SessionState): Step => ({ state, effects: [] })

function onFrame(state: SessionState, frame: HeldFrame, slot: Slot): Step {
  switch (state.phase) {
    case 'registered':
      return { state, effects: [{ kind: 'forward', frame }] }
    case 'displaced':
      return onDisplacedFrame(state, frame)
    case 'asking':
      return hold(state, frame, slot)
    case 'refused':
      // It may have been registered since. A throttled id was never looked up.
      return state.refusal === 'throttled' || frame.at - state.since >= ASK_AGAIN_MS
        ? hold(newSession, frame, slot)
        : { state, effects: [{ kind: 'drop', frames: [frame], reason: state.refusal }] }
    case 'leaving':
    case 'closed':
      return { state, effects: [{ kind: 'drop', frames: [frame], reason: 'closed-unanswered' }] }
  }
}

function onDisplacedFrame(state: SessionState & { phase: 'displaced' }, frame: HeldFrame): Step {
  const effects: SessionEffect[] = [
    { kind: 'contest', frame },
    { kind: 'forward', frame },
  ]
  if (frame.at - state.lookedAt < LOOK_AGAIN_MS) return { state, effects }
  return { state: { ...state, lookedAt: frame.at }, effects: [...effects, { kind: 'look' }] }
}

function hold(state: SessionState, frame: HeldFrame, slot: Slot): Step {
  const before = state as Asking
  const asking: Asking = { ...before, held: [...before.held, frame] }
  const { state: next, effects } = request(asking, slot)
  return { state: next, effects: [{ kind: 'hold', frame }, ...effects] }
}

function request(state: Asking, slot: Slot): Step {
  if (state.isRequested || slot === 'wait') return same(state)
  if (slot === 'free') return { state: { ...state, isRequested: true }, effects: [{ kind: 'ask' }] }
  return { state: closed, effects: [...giveUp(state.held, 'unestablished'), { kind: 'forget' }] }
}

const giveUp = (frames: readonly HeldFrame[], reason: DropReason): SessionEffect[] =>
  frames.length === 0 ? [] : [{ kind: 'release' }, { kind: 'drop', frames, reason }]

function onLogin(state: SessionState, login: Login, isOwner: boolean): Step {
  if (state.phase !== 'asking' && state.phase !== 'leaving') return same(state)
  const { held } = state
  const opened: SessionEffect[] = [
    { kind: 'open', login, isOwner },
    ...held.map((frame): SessionEffect => ({ kind: 'forward', frame })),
    { kind: 'release' },
  ]
  if (state.phase === 'leaving') {
    return { state: closed, effects: [...opened, { kind: 'end', reason: state.reason, isOwner }] }
  }
  return {
    state: isOwner ? { phase: 'registered' } : { phase: 'displaced', lookedAt: never },
    effects: opened,
  }
}

function onRefused(state: SessionState, refusal: Refusal, since: number): Step {
  if (state.phase !== 'asking' && state.phase !== 'leaving') return same(state)
  return {
    state: state.phase === 'leaving' ? closed : { phase: 'refused', refusal, since },
    effects: giveUp(state.held, refusal),
  }
}

function onDisplaced(state: SessionState, isStale: boolean): Step {
  if (state.phase !== 'registered') return same(state)
  return {
    state: { phase: 'displaced', lookedAt: never },
    effects: isStale ? [{ kind: 'close-socket', reason: 'replaced by a newer session' }] : [],
  }
}

const logInAgain = (): Step => ({
  state: { ...newSession, isRequested: true },
  effects: [{ kind: 'end', reason: 'another socket has the device', isOwner: false }, { kind: 'ask' }],
})

function onClosed(state: SessionState, reason: string, isWithdrawn: boolean): Step {
  switch (state.phase) {
    case 'registered':
    case 'displaced':
      return { state: closed, effects: [{ kind: 'end', reason, isOwner: state.phase === 'registered' }] }
    case 'asking':
      return state.isRequested && !isWithdrawn
        ? { state: { phase: 'leaving', held: state.held, reason }, effects: [] }
        : { state: closed, effects: giveUp(state.held, 'closed-unanswered') }
    case 'leaving':
      return isWithdrawn ? { state: closed, effects: giveUp(state.held, 'closed-unanswered') } : same(state)
    case 'refused':
    case 'closed':
      return same(closed)
  }
}
