import { serverIn } from '#h02/catalogue/index.ts'
import type { Attempt, AttemptKey, Command } from '#shared/domain/command.ts'
import { mergeFacts } from '#shared/domain/verdict.ts'
import { fromHex } from '#shared/hex.ts'
import { deliver } from './deliver.ts'
import { watchFrame } from './effects.ts'
import { claimForRelay, forgetRelayed, noteRelayed } from './relayed.ts'
import { matchFrame, showOpen } from './replies.ts'
import { forgottenAt, report, settle, snapshotOf } from './reports.ts'
import { claimMsOf, endsOf, isSame, isWatched, makeConducted, withFacts } from './conducted.ts'
import {
  changeAll,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorEvent,
  type ConductorState,
  type Step,
} from './state.ts'
import { addItem, durationOf } from './timeline.ts'
import { endDeparture, giveUpWrite, hear, nextWindow, passTime } from './windows.ts'
import { replyKeyOf } from './reply-key.ts'

export type Conduct = (state: ConductorState, event: ConductorEvent) => Step

/**
 * The gateway's side of a device's commands as a pure function: events in, actions out. It manages the slots, matches
 * replies, watches effects, and repeats its reports until control has settled them. It reports facts, which are only
 * ever added to; control derives the verdict from them.
 *
 *     const conduct = createConductor({ gatewayId, catalogue, timeScale: 1 })
 *     const { state, actions } = conduct(makeConductorState(deviceId), { kind: 'opened', … })
 */
export const createConductor =
  (config: ConductorConfig): Conduct =>
  (before, event) => {
    const at = event.kind === 'frame' ? event.frame.receivedAt : event.at
    const timely = passTime(config, forgetRelayed(forgetDisowned(before, at), at), at)
    const applied = apply(config, timely.state, event)
    const reported = report(config, before, applied.state, at)
    return {
      state: reported.state,
      actions: [...timely.actions, ...applied.actions, ...reported.actions],
    }
  }

/** When the next `time` event is due; null: not until another event comes. */
export function dueAt(config: ConductorConfig, state: ConductorState): number | null {
  const next = Math.min(
    nextWindow(config, state),
    ...state.disowned.map(({ at }) => at + DISOWNED_MS),
    ...state.relayed.map(({ until }) => until),
    ...state.commands.map((command) => {
      const { settled, n, dueAt } = command.report
      return settled < n ? dueAt : forgottenAt(config, state, command)
    }),
  )
  return next === Infinity ? null : next
}

/** True if nothing is remembered or watched: the device's frames are not needed. */
export const isIdle = ({ commands, disowned, relayed }: ConductorState): boolean =>
  commands.length === 0 && disowned.length === 0 && relayed.length === 0

/** Longer than a delivery can be under way: `notAfter` is 5 s after its dispatch, and control asks only after that. */
const DISOWNED_MS = 60_000

/** Control may act on that answer, so it must stay true: if the attempt still arrives, it is not written. */
const disown = (state: ConductorState, { commandId, attempt }: AttemptKey, at: number): ConductorState => ({
  ...state,
  disowned: [
    ...state.disowned.filter((one) => !isSame(one, { commandId, attempt })),
    { commandId, attempt, at },
  ],
})

function forgetDisowned(state: ConductorState, at: number): ConductorState {
  const kept = state.disowned.filter((one) => at < one.at + DISOWNED_MS)
  return kept.length === state.disowned.length ? state : { ...state, disowned: kept }
}

const only = (state: ConductorState, ...actions: readonly ConductorAction[]): Step => ({ state, actions })

function apply(config: ConductorConfig, state: ConductorState, event: ConductorEvent): Step {
  switch (event.kind) {
    case 'opened':
      return only(
        event.commands.reduce(
          (opened, command) => adopt(config, opened, command, event.at),
          open(state, event),
        ),
      )
    case 'closed':
      return only(close(state, event.sessionId, event.at))
    case 'superseded':
      return only(event.epoch <= state.epoch ? state : { ...state, sessionId: null, isElsewhere: true })
    case 'delivered':
    case 'ask': {
      const key = event.kind === 'ask' ? event : event.delivery
      const known = state.commands.find((command) => isSame(command, key)) ?? null
      if (known === null && event.kind === 'delivered') return deliver(config, state, event)
      const after = known === null ? disown(state, key, event.at) : state
      return only(after, { kind: 'report', snapshot: snapshotOf(config, state, key, known) })
    }
    case 'written':
      return only(change(state, event, (command) => written(command, event.at)))
    case 'write-failed':
      return only(
        change(state, event, (command) =>
          command.writeStartedAt === null ? command : giveUpWrite(command, event.at),
        ),
      )
    case 'frame':
      return only(applyFrame(config, state, event))
    case 'relayed':
      return only(noteRelayed(config, state, event))
    case 'time':
      return only(state)
    case 'settled':
      return only(change(state, event, (command) => settle(command, event.n)))
    case 'looked':
      return only(changeAll(state, (command) => endDeparture(config, command, event.isHeld, event.at)))
  }
}

const change = (state: ConductorState, key: AttemptKey, by: (one: Conducted) => Conducted) =>
  changeAll(state, (one) => (isSame(one, key) ? by(one) : one))

/** A new session. For commands that were written to another one, the device left and came back. */
function open(state: ConductorState, event: Extract<ConductorEvent, { kind: 'opened' }>): ConductorState {
  const { sessionId, epoch, at, usualSessionMs = null } = event
  const left = changeAll(state, (command) => {
    if (command.sessionId === sessionId || command.sessionId === null) return command
    const leftAt = command.watch.leftAt ?? at
    return { ...command, watch: { ...command.watch, leftAt, cameBack: true, framesAfter: 0 } }
  })
  return { ...left, sessionId, epoch, isElsewhere: false, usualSessionMs }
}

function close(state: ConductorState, sessionId: string, at: number): ConductorState {
  const isCurrent = state.sessionId === sessionId
  const closed = changeAll(state, (command) => {
    const { watch } = command
    const isItsOwn = command.sessionId === sessionId
    if (!isItsOwn && !isCurrent) return command
    const sure = isItsOwn && command.writeStartedAt !== null ? giveUpWrite(command, at) : command
    return {
      ...sure,
      watch: { ...watch, leftAt: watch.leftAt ?? at, cameBack: watch.cameBack && !isCurrent },
    }
  })
  return isCurrent ? { ...closed, sessionId: null } : closed
}

/** The kernel has the bytes: its reply is awaited from now on. */
function written(command: Conducted, at: number): Conducted {
  if (command.writeStartedAt === null) return command
  const { effect, replyMs, seen, bytes } = command
  const waits = [
    ...(replyMs === 0 ? [] : [`${durationOf(replyMs)} for a reply`]),
    ...(effect === null ? [] : [`${durationOf(effect.windowMs)} for its effect`]),
  ]
  const isOurs = effect?.kind === 'restart' && serverIn(command.asked) !== null
  const text =
    `Written to the tracker${seen === null ? '' : ` (${seen})`}` +
    (isOurs ? '; the address is our own, so it should restart and come back' : '')
  return addItem(
    {
      ...withFacts(command, { written: 'yes', writtenAt: at }),
      from: at,
      writeStartedAt: null,
    },
    {
      kind: 'written',
      at,
      text: waits.length === 0 ? text : `${text}; waits at most ${waits.join(', and ')}`,
      raw: bytes,
    },
  )
}

function applyFrame(
  config: ConductorConfig,
  state: ConductorState,
  { frame, isContested }: Extract<ConductorEvent, { kind: 'frame' }>,
): ConductorState {
  const heard = changeAll(state, (command) => hear(config, command, frame.receivedAt))
  const { state: claimed, isClaimed } = claimForRelay(config, heard, frame)
  const matched = isClaimed
    ? showOpen(heard.commands, frame, 'Not counted as its reply: it may answer a command of the other server')
    : matchFrame(config, heard.commands, frame)
  const answered = matched.reduce((next, command) => change(next, command, () => command), claimed)
  if (frame.sessionId !== state.sessionId || frame.isRest) return answered
  return changeAll(answered, (command) => {
    if (!isWatched(command) || command.writeStartedAt !== null) return command
    if (!isContested) return watchFrame(config, state, command, frame)
    // Either of two senders may have sent the frame, so it proves no effect.
    const text = 'Two connections claim to be this device: what their frames show proves no effect'
    const what = `contested.${frame.sessionId}`
    return addItem(command, { what, kind: 'note', at: frame.receivedAt, text })
  })
}

/** Takes over a command that control has as open or watched, from the facts that were known when it was read. */
function adopt(config: ConductorConfig, state: ConductorState, command: Command, at: number): ConductorState {
  const attempt = command.attempts.at(-1)
  const isOver = command.state === 'concluded' && command.conclusion?.effectPending !== true
  if (attempt === undefined || isOver) return state
  const key = { commandId: command.commandId, attempt: attempt.n }
  const note = (adopted: Conducted): Conducted =>
    addItem(adopted, {
      what: `adopted.${state.sessionId}`,
      kind: 'adopted',
      at,
      text: `The device has a new session, on gateway ${config.gatewayId}`,
    })
  if (state.commands.some((one) => isSame(one, key))) {
    return change(state, key, (known) => note({ ...known, facts: mergeFacts(known.facts, attempt.facts) }))
  }
  return { ...state, commands: [...state.commands, note(fromStored(config, command, attempt))] }
}

function fromStored(config: ConductorConfig, command: Command, attempt: Attempt): Conducted {
  const { commandId, intent, params, danger, raw } = command
  const { n, dialect, facts, sessionId, notAfter, dispatchedAt } = attempt
  const cmdTime = writtenReplyKey(command, n)?.time ?? null
  const made = makeConducted(config, {
    commandId,
    attempt: n,
    asked: { intent, dialect, params, cmdTime, raw: raw === null ? null : fromHex(raw) },
    danger,
    notAfter,
  })
  // Not known to be written: its gateway may still report that it was not, or may have written it at the last moment.
  const from = facts.writtenAt ?? (facts.written === 'pending' ? notAfter : dispatchedAt)
  const adopted: Conducted = {
    ...made,
    isAdopted: true,
    sessionId,
    facts,
    from,
    // The session that got it has ended; otherwise the device would not have come here.
    watch: { ...made.watch, leftAt: from, cameBack: true },
  }
  return facts.replyWindowOver
    ? { ...adopted, claimUntil: endsOf(config, adopted).reply + claimMsOf(config) }
    : adopted
}

/** The key of the reply is in the written bytes. */
function writtenReplyKey(command: Command, attempt: number): ReturnType<typeof replyKeyOf> {
  const written = command.timeline.find(
    ({ attempt: n, kind, raw }) =>
      n === attempt && (kind === 'written' || kind === 'write-uncertain') && raw !== null,
  )
  const hex = written?.raw ?? command.raw
  return hex === null ? null : replyKeyOf(fromHex(hex))
}
