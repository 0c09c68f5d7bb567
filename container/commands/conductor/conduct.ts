import { serverIn } from '#h02/catalogue/index.ts'
import type { Attempt, Command } from '#shared/domain/command.ts'
import { mergeFacts } from '#shared/domain/verdict.ts'
import { deliver, wordOf } from './deliver.ts'
import { watchFrame } from './effects.ts'
import { matchFrame } from './replies.ts'
import { forgottenAt, report, settle, snapshotOf, unknownSnapshot } from './reports.ts'
import {
  claimMsOf,
  effectOf,
  emptyWatch,
  isDone,
  replyMsOf,
  unreported,
  windowsFrom,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorEvent,
  type ConductorState,
  type FrameSeen,
} from './state.ts'
import { addItem, durationOf } from './timeline.ts'
import { endDeparture, giveUpWrite, hear, nextWindow, passTime } from './windows.ts'

export type Conduct = (
  state: ConductorState,
  event: ConductorEvent,
) => { readonly state: ConductorState; readonly actions: readonly ConductorAction[] }

/**
 * The gateway's side of a device's commands as a pure function: what happened goes in, what to do comes out. It keeps
 * the slots, matches replies, watches effects and repeats its reports until control has settled them. It reports facts,
 * which only grow; control derives the verdict.
 *
 *     const conduct = createConductor({ gatewayId, catalogue, timeScale: 1 })
 *     const { state, actions } = conduct(makeConductorState(deviceId), { kind: 'opened', … })
 */
export const createConductor =
  (config: ConductorConfig): Conduct =>
  (before, event) => {
    const at = event.kind === 'frame' ? event.frame.receivedAt : event.at
    const timely = passTime(config, forgetDisowned(before, at), at)
    const happened = happen(config, timely.state, event)
    const reported = report(config, before, happened.state, at)
    return {
      state: reported.state,
      actions: [...timely.actions, ...happened.actions, ...reported.actions],
    }
  }

/** When the next `time` event is due; null: never, as long as nothing happens. */
export function dueAt(config: ConductorConfig, state: ConductorState): number | null {
  let next = nextWindow(state)
  for (const one of state.disowned) next = Math.min(next ?? Infinity, one.at + disownedMs)
  for (const command of state.commands) {
    const { report } = command
    const due = report.settled < report.n ? report.dueAt : forgottenAt(config, state, command)
    if (due !== null && (next === null || due < next)) next = due
  }
  return next
}

/** Nothing to remember and nothing to watch: its frames are not needed. */
export const isIdle = ({ commands, disowned }: ConductorState): boolean =>
  commands.length === 0 && disowned.length === 0

/** Longer than a delivery may be on its way: `notAfter` is 5 s after its dispatch, and control asks only after that. */
const disownedMs = 60_000

/** Whatever control does upon that answer, it must stay true: the attempt may still be on its way, and is not written. */
function disown(state: ConductorState, { commandId, attempt, at }: Named & { at: number }): ConductorState {
  const others = state.disowned.filter((one) => one.commandId !== commandId || one.attempt !== attempt)
  return { ...state, disowned: [...others, { commandId, attempt, at }] }
}

function forgetDisowned(state: ConductorState, at: number): ConductorState {
  const kept = state.disowned.filter((one) => at < one.at + disownedMs)
  return kept.length === state.disowned.length ? state : { ...state, disowned: kept }
}

type Step = { readonly state: ConductorState; readonly actions: readonly ConductorAction[] }
const only = (state: ConductorState, ...actions: readonly ConductorAction[]): Step => ({ state, actions })

function happen(config: ConductorConfig, state: ConductorState, event: ConductorEvent): Step {
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
    case 'delivered': {
      const known = find(state, event.delivery)
      if (known !== undefined) {
        return only(state, { kind: 'report', snapshot: snapshotOf(config, state, known) })
      }
      return deliver(config, state, event)
    }
    case 'written':
      return only(change(state, event, (command) => written(config, command, event.at)))
    case 'write-failed':
      return only(
        change(state, event, (command) =>
          command.writeStartedAt === null ? command : giveUpWrite(command, event.at),
        ),
      )
    case 'frame':
      return see(config, state, event)
    case 'time':
      return only(state)
    case 'ask': {
      const known = find(state, event)
      if (known !== undefined) {
        return only(state, { kind: 'report', snapshot: snapshotOf(config, state, known) })
      }
      return only(disown(state, event), { kind: 'report', snapshot: unknownSnapshot(config, state, event) })
    }
    case 'settled':
      return only(change(state, event, (command) => settle(command, event.n)))
    case 'looked':
      return only(changeAll(state, (command) => endDeparture(config, command, event.isHeld, event.at)))
  }
}

type Named = { readonly commandId: string; readonly attempt: number }

const find = ({ commands }: ConductorState, { commandId, attempt }: Named): Conducted | undefined =>
  commands.find((command) => command.commandId === commandId && command.attempt === attempt)

function changeAll(state: ConductorState, by: (command: Conducted) => Conducted): ConductorState {
  const commands = state.commands.map(by)
  return commands.every((command, i) => command === state.commands[i]) ? state : { ...state, commands }
}

const change = (state: ConductorState, { commandId, attempt }: Named, by: (one: Conducted) => Conducted) =>
  changeAll(state, (one) => (one.commandId === commandId && one.attempt === attempt ? by(one) : one))

/** A new session: whatever went to another one is a device that left and came back. */
function open(state: ConductorState, event: Extract<ConductorEvent, { kind: 'opened' }>): ConductorState {
  const left = changeAll(state, (command) =>
    command.sessionId === event.sessionId || command.sessionId === null
      ? command
      : {
          ...command,
          watch: {
            ...command.watch,
            leftAt: command.watch.leftAt ?? event.at,
            cameBack: true,
            framesAfter: 0,
          },
        },
  )
  return {
    ...left,
    sessionId: event.sessionId,
    epoch: event.epoch,
    isElsewhere: false,
    usualSessionMs: event.usualSessionMs ?? null,
  }
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

/** The kernel has the bytes: from now on its reply is awaited. */
function written(config: ConductorConfig, command: Conducted, at: number): Conducted {
  if (command.writeStartedAt === null) return command
  const { effect, replyMs, seen, bytes, facts } = command
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
      ...command,
      ...windowsFrom(config, command, at, true),
      writeStartedAt: null,
      facts: { ...facts, written: 'yes', writtenAt: at },
    },
    {
      what: 'written',
      kind: 'written',
      at,
      text: waits.length === 0 ? text : `${text}; waits at most ${waits.join(', and ')}`,
      raw: bytes,
    },
  )
}

function see(
  config: ConductorConfig,
  state: ConductorState,
  { frame, isContested }: Extract<ConductorEvent, { kind: 'frame' }>,
): Step {
  const heard = changeAll(state, (command) => hear(config, command, frame.receivedAt))
  const matched = matchFrame(config, heard.commands, frame)
  const answered = (matched?.commands ?? []).reduce(
    (next, command) => change(next, command, () => command),
    heard,
  )
  const watched =
    frame.sessionId !== state.sessionId || frame.isRest
      ? answered
      : changeAll(answered, (command) =>
          isContested ? noteContest(command, frame) : watch(config, state, command, frame),
        )
  return { state: watched, actions: matched?.actions ?? [] }
}

/** Either of two senders may have made the frame: it proves no effect. */
const noteContest = (command: Conducted, frame: FrameSeen): Conducted =>
  awaitsEffect(command)
    ? addItem(command, {
        what: `contested.${frame.sessionId}`,
        kind: 'note',
        at: frame.receivedAt,
        text: 'Two connections claim to be this device: what their frames show proves no effect',
      })
    : command

function watch(
  { timeScale }: ConductorConfig,
  { usualSessionMs }: ConductorState,
  command: Conducted,
  frame: FrameSeen,
): Conducted {
  const { effect } = command
  return effect !== null && awaitsEffect(command)
    ? watchFrame(command, effect, frame, { timeScale, usualSessionMs })
    : command
}

const awaitsEffect = (command: Conducted): boolean => {
  const { effect, facts, writeStartedAt } = command
  if (effect === null || facts.effect !== null || facts.effectWindowOver) return false
  return facts.written !== 'no' && writeStartedAt === null && !isDone(command)
}

/** Continues a command that control has open or watched, from the facts that were known when it was read. */
export function adopt(
  config: ConductorConfig,
  state: ConductorState,
  command: Command,
  at: number,
): ConductorState {
  const attempt = command.attempts.at(-1)
  if (attempt === undefined || isOver(command)) return state
  const known = state.commands.find((one) => one.commandId === command.commandId && one.attempt === attempt.n)
  const adopted =
    known === undefined
      ? fromStored(config, command, attempt)
      : { ...known, facts: mergeFacts(known.facts, attempt.facts) }
  const noted = addItem(adopted, {
    what: `adopted.${state.sessionId}`,
    kind: 'adopted',
    at,
    text: `The device has a new session, on gateway ${config.gatewayId}`,
  })
  return {
    ...state,
    commands:
      known === undefined
        ? [...state.commands, noted]
        : state.commands.map((one) => (one === known ? noted : one)),
  }
}

/** Concluded, and not watched any more. */
const isOver = ({ state, conclusion }: Command): boolean =>
  state === 'concluded' && conclusion?.effectPending !== true

function fromStored(config: ConductorConfig, command: Command, attempt: Attempt): Conducted {
  const { intent, params, danger } = command
  const { n, dialect, facts, sessionId, notAfter, dispatchedAt } = attempt
  const entry = config.catalogue.entryOf(intent)
  const effect = effectOf(config, entry, params)
  const word = writtenWord(command, n)
  const from = facts.writtenAt ?? dispatchedAt
  const replyMs = replyMsOf(config, entry, dialect)
  const windows = windowsFrom(config, { effect, replyMs }, from, true)
  // Not known to be written: its gateway may still report that it was not, or have written it at the last moment.
  const replyUntil =
    facts.extension?.until ?? (facts.written === 'pending' ? notAfter + replyMs : from + replyMs)
  return {
    commandId: command.commandId,
    attempt: n,
    asked: {
      intent,
      dialect,
      params,
      cmdTime: word?.time ?? null,
      raw: command.raw,
    },
    danger,
    effect,
    notAfter,
    isAdopted: true,
    sessionId,
    bytes: null,
    seen: null,
    writeStartedAt: null,
    facts,
    replyMs,
    replyUntil: facts.replyWindowOver && facts.written !== 'pending' ? null : replyUntil,
    isHeard: false,
    effectUntil: facts.effectWindowOver ? null : windows.effectUntil,
    verdictAt: facts.verdictDue ? null : windows.verdictAt,
    claimUntil: facts.replyWindowOver ? replyUntil + claimMsOf(config) : null,
    // The session that got it is gone, or it would not have come here.
    watch: { ...emptyWatch, leftAt: from, cameBack: true },
    timeline: [],
    items: 0,
    reply: null,
    parts: null,
    report: unreported,
  }
}

/** The key of its reply is in the bytes that were written. */
function writtenWord(command: Command, attempt: number): ReturnType<typeof wordOf> {
  const written = command.timeline.find(
    ({ attempt: n, kind, raw }) =>
      n === attempt && (kind === 'written' || kind === 'write-uncertain') && raw !== null,
  )
  const hex = written?.raw ?? command.raw
  return hex === null ? null : wordOf(new Uint8Array(Buffer.from(hex, 'hex')))
}
