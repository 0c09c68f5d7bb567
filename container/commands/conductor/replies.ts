import { frameOf, type Frame, type Message } from '#h02'
import { continuesReply, joinReply, textAlarmOf } from '#h02/catalogue/index.ts'
import type { OpenCommand, ReplyMatch } from '#h02/catalogue/types.ts'
import { clipReply } from '#shared/domain/timeline.ts'
import {
  isOpen,
  type AskedCommand,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type FrameSeen,
  type ReplyParts,
} from './state.ts'
import { addItem, toHex } from './timeline.ts'

/** What a frame changed: commands as they are now, and what to report. */
export type Matched = {
  readonly commands: readonly Conducted[]
  readonly actions: readonly ConductorAction[]
}

/** A text that fits two commands is the open one's when it came within so long of its write. */
const promptMs = 10_000
/** Of a reply in several frames, after its first one. What comes beyond is in the history only. */
const maxPartBytes = 4_096
const maxParts = 16

/** Finds the command that a frame answers, or whose reply it continues; else shows it to the open one. Null: neither. */
export function matchFrame(
  config: ConductorConfig,
  commands: readonly Conducted[],
  frame: FrameSeen,
): Matched | null {
  const { catalogue } = config
  const { message } = frame
  const awaiting = commands.filter((command) => mayBeAnswered(command, frame))
  const shown = (text: string): Matched | null => {
    const open = awaiting.findLast(isOpen)
    return open === undefined ? null : { commands: [note(open, frame, text)], actions: [] }
  }
  if (frame.isRest) return continueReply(config, commands, frame) ?? shown('Bytes came that are no frame')
  if (message === null) return null
  if (message.type === 'SMS') {
    const alarm = textAlarmOf(message)
    if (alarm !== null) return shown(`An alarm came unasked: ${alarm}`)
    const isClaimed = awaiting.some((command) => isCertainFor(catalogue, command, message))
    const continued = isClaimed ? null : continueReply(config, commands, frame)
    return (
      continued ??
      matchText(config, awaiting, frame, message) ??
      shown('A text came that does not fit the command')
    )
  }
  const matched = matchKeyed(config, awaiting, frame, message)
  if (matched !== null || message.type !== 'V4') return matched
  const isKnown = commands.some(({ asked }) => catalogue.matchReply(toOpen(asked), message) === 'certain')
  return isKnown ? null : shown('A V4 came unasked: its word or time is that of no known command')
}

/** It is the answer of this command, rather than more of an answer before. */
function isCertainFor(
  catalogue: ConductorConfig['catalogue'],
  command: Conducted,
  message: Message,
): boolean {
  const asked = toOpen(command.asked)
  const match = catalogue.matchReply(asked, message)
  return (
    match === 'certain' ||
    (match === 'fits' && isOpen(command) && catalogue.readReply(asked, message).ok !== null)
  )
}

/** `*HQ` replies echo word and time. */
function matchKeyed(
  { catalogue }: ConductorConfig,
  awaiting: readonly Conducted[],
  frame: FrameSeen,
  message: Message,
): Matched | null {
  const matches = (command: Conducted): ReplyMatch => catalogue.matchReply(toOpen(command.asked), message)
  const command =
    awaiting.find((one) => matches(one) === 'certain') ??
    awaiting.find((one) => isOpen(one) && matches(one) === 'fits')
  return command === undefined ? null : answer(catalogue, command, message, frame)
}

/**
 * Texts carry no key: order and content decide. One that fits the open command and an older, unanswered one as well is
 * ambiguous. Soon after its write it answers the open command; later it is shown and answers neither. Either way the
 * claim of the older one is used up, so one ignored command spoils one reply at most.
 */
function matchText(
  { catalogue, timeScale }: ConductorConfig,
  awaiting: readonly Conducted[],
  frame: FrameSeen,
  message: Message,
): Matched | null {
  const texts = awaiting.filter(({ asked }) => asked.dialect === 'text')
  // Two are open only while a restore is written beside another: the newer one goes first.
  const open = texts.findLast(isOpen) ?? null
  const claims = texts
    // An earlier attempt of the open command itself makes no difference to whose reply it is.
    .filter(({ commandId }) => commandId !== open?.commandId)
    .map((command) => ({ command, match: claimOf(catalogue, command, message) }))
    .filter(({ match }) => match !== 'no')
  const certain = claims.find(({ match }) => match === 'certain')?.command
  const older = certain ?? claims[0]?.command
  const fit = open === null ? 'no' : catalogue.matchReply(toOpen(open.asked), message)
  if (open === null || fit === 'no') {
    if (certain !== undefined) return answer(catalogue, certain, message, frame)
    const noted =
      older === undefined
        ? []
        : [note({ ...older, claimUntil: null }, frame, 'A text came that may be its late answer')]
    const shown = open === null ? [] : [note(open, frame, 'A text came that does not fit the command')]
    return noted.length + shown.length === 0 ? null : { commands: [...noted, ...shown], actions: [] }
  }
  if (older === undefined || (fit === 'certain' && certain === undefined)) {
    return answer(catalogue, open, message, frame)
  }
  if (fit === 'fits' && certain !== undefined) return answer(catalogue, certain, message, frame)
  const used = note({ ...older, claimUntil: null }, frame, 'A text came that may be its late answer')
  // A tracker that slept reads it when it wakes.
  const readAt = open.facts.extension?.heardAt ?? open.facts.writtenAt ?? open.writeStartedAt ?? 0
  if (frame.receivedAt - readAt <= promptMs * timeScale) {
    const { commands, actions } = answer(catalogue, open, message, frame, true)
    return { commands: [used, ...commands], actions }
  }
  const text = 'A text came that may as well answer an earlier command: it is not taken for its answer'
  return { commands: [used, note(open, frame, text)], actions: [] }
}

/** An older text that no unit is known to take is not what a unit says OK to. */
function claimOf(catalogue: ConductorConfig['catalogue'], command: Conducted, message: Message): ReplyMatch {
  const asked = toOpen(command.asked)
  const match = catalogue.matchReply(asked, message)
  const isUnknown = catalogue.entryOf(asked.intent) === null
  return isUnknown && match === 'fits' && catalogue.readReply(asked, message).ok === true ? 'no' : match
}

/** Without a definite reply so far, and a frame of a session that it may have reached. */
const mayBeAnswered = (command: Conducted, frame: FrameSeen): boolean => {
  const { facts, writeStartedAt, isAdopted, claimUntil } = command
  if (facts.written === 'no' || facts.reply !== null) return false
  if (facts.written === 'pending' && writeStartedAt === null && !isAdopted) return false
  return isOpen(command) || (claimUntil !== null && frame.receivedAt <= claimUntil)
}

const toOpen = ({ raw, ...asked }: AskedCommand): OpenCommand => ({
  ...asked,
  raw: raw === null ? null : new Uint8Array(Buffer.from(raw, 'hex')),
})

/** The command is answered: a reply also proves that it was written. */
function answer(
  catalogue: ConductorConfig['catalogue'],
  command: Conducted,
  message: Message,
  frame: FrameSeen,
  ambiguous = false,
): Matched {
  const seen = catalogue.readReply(toOpen(command.asked), message)
  const { facts } = command
  const late = facts.replyWindowOver
  const at = frame.receivedAt
  const writtenAt = facts.writtenAt ?? command.writeStartedAt
  const isContrary = seen.opposite && command.effect !== null && facts.effect === null
  const reason = seen.reason === null ? {} : { reason: seen.reason }
  const answered: Conducted = {
    ...command,
    parts: ambiguous ? null : firstPart(catalogue, command, frame),
    writeStartedAt: null,
    replyUntil: null,
    effectUntil: isContrary ? null : command.effectUntil,
    reply: clipReply(seen),
    facts: {
      ...facts,
      written: 'yes',
      writtenAt: writtenAt ?? at,
      reply: { at, ok: seen.ok, ambiguous, late, ...reason },
      effect: isContrary ? { at, seen: 'opposite', likely: false } : facts.effect,
    },
  }
  const told = addItem(answered, {
    what: `reply.${nameOf(frame)}`,
    kind: 'reply',
    at,
    text:
      (ambiguous
        ? 'Answered; an earlier command that was not answered may have caused it: not counted'
        : late
          ? 'Answered, after its window'
          : 'Answered') +
      (seen.reason === null ? '' : `: ${seen.reason}`) +
      elsewhere(command, frame),
    raw: toHex(frame.bytes),
    frame,
  })
  const text = 'The answer itself shows the opposite state'
  return {
    commands: [isContrary ? addItem(told, { what: 'effect', kind: 'effect', at, text, frame }) : told],
    actions:
      writtenAt === null
        ? []
        : [{ kind: 'replied', afterMs: at - writtenAt, dialect: command.asked.dialect }],
  }
}

/** A text, and what is joined to it; null for other replies. */
function firstPart(
  catalogue: ConductorConfig['catalogue'],
  command: Conducted,
  frame: FrameSeen,
): ReplyParts | null {
  if (frame.message?.type !== 'SMS') return null
  return {
    startedAt: frame.receivedAt,
    isCertain: catalogue.matchReply(toOpen(command.asked), frame.message) === 'certain',
    frames: [toPart(frame)],
  }
}

const toPart = ({ bytes, isRest }: FrameSeen): ReplyParts['frames'][number] => ({
  kind: isRest ? 'rest' : frameOf(bytes).kind,
  bytes: toHex(bytes),
})

const toFrame = ({ kind, bytes }: ReplyParts['frames'][number]): Frame => ({
  kind,
  bytes: new Uint8Array(Buffer.from(bytes, 'hex')),
})

/**
 * More of the newest reply: its text and facts become those of the whole. Another text belongs only to a reply that is
 * certain, or that says neither yes nor no so far; a text that repeats a part is none. Null: it continues no reply.
 */
function continueReply(
  { catalogue }: ConductorConfig,
  commands: readonly Conducted[],
  frame: FrameSeen,
): Matched | null {
  const newest = commands
    .filter(({ parts }) => parts !== null)
    .reduce<Conducted | null>(
      (last, one) => (last !== null && last.parts!.startedAt > one.parts!.startedAt ? last : one),
      null,
    )
  const parts = newest?.parts ?? null
  const reply = newest?.facts.reply ?? null
  if (newest === null || parts === null || reply === null) return null
  const part = toPart(frame)
  if (!continuesReply(toFrame(part), frame.receivedAt - parts.startedAt)) return null
  const mayHaveMore = parts.isCertain || reply.ok === null
  if (!frame.isRest && (!mayHaveMore || parts.frames.some(({ bytes }) => bytes === part.bytes))) return null
  const frames = [...parts.frames, part]
  const size = frames.slice(1).reduce((sum, { bytes }) => sum + bytes.length / 2, 0)
  const message = frames.length > maxParts || size > maxPartBytes ? null : joinReply(frames.map(toFrame))
  if (message === null) {
    return {
      commands: [note(newest, frame, 'The answer continues; this part is in the history only')],
      actions: [],
    }
  }
  const asked = toOpen(newest.asked)
  const seen = catalogue.readReply(asked, message)
  const isNews = reply.ok === null && seen.ok !== null
  const whole: Conducted = {
    ...newest,
    parts: {
      ...parts,
      frames,
      isCertain: parts.isCertain || catalogue.matchReply(asked, message) === 'certain',
    },
    reply: clipReply(seen),
    // What the beginning has said stands.
    facts: isNews
      ? {
          ...newest.facts,
          reply: { ...reply, ok: seen.ok, ...(seen.reason !== null && { reason: seen.reason }) },
        }
      : newest.facts,
  }
  const because = isNews && seen.reason !== null ? `: ${seen.reason}` : ''
  return {
    commands: [
      addItem(whole, {
        what: `reply.${nameOf(frame)}`,
        kind: 'reply',
        at: frame.receivedAt,
        text: `The answer continues${because}${elsewhere(newest, frame)}`,
        raw: part.bytes,
        frame,
      }),
    ],
    actions: [],
  }
}

/** It may come from another device with the same id. */
const elsewhere = ({ sessionId }: Conducted, frame: FrameSeen): string =>
  sessionId === null || sessionId === frame.sessionId ? '' : ' (on another connection than it was written to)'

const note = (command: Conducted, frame: FrameSeen, text: string): Conducted =>
  addItem(command, {
    what: `note.${nameOf(frame)}`,
    kind: 'note',
    at: frame.receivedAt,
    text: text + elsewhere(command, frame),
    raw: toHex(frame.bytes),
    frame,
  })

const nameOf = ({ sessionId, seq, receivedAt }: FrameSeen): string =>
  `${sessionId}.${receivedAt}.${seq ?? ''}`
