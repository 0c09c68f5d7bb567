import type { Message } from '#h02'
import type { OpenCommand, ReplyMatch } from '#h02/catalogue/types.ts'
import { clipReply } from '#shared/domain/timeline.ts'
import {
  isOpen,
  type AskedCommand,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type FrameSeen,
} from './state.ts'
import { addItem, toHex } from './timeline.ts'

/** What a frame changed: commands as they are now, and what to report. */
export type Matched = {
  readonly commands: readonly Conducted[]
  readonly actions: readonly ConductorAction[]
}

/** A text that fits two commands is the open one's when it came within so long of its write. */
const promptMs = 10_000

/** Finds the command that a frame answers. Null: none. */
export function matchFrame(
  config: ConductorConfig,
  commands: readonly Conducted[],
  frame: FrameSeen,
): Matched | null {
  const { message } = frame
  if (message === null) return null
  const awaiting = commands.filter((command) => mayBeAnswered(command, frame))
  if (awaiting.length === 0) return null
  return message.type === 'SMS'
    ? matchText(config, awaiting, frame, message)
    : matchKeyed(config, awaiting, frame, message)
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
  const writtenAt = open.facts.writtenAt ?? open.writeStartedAt ?? 0
  if (frame.receivedAt - writtenAt <= promptMs * timeScale) {
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
  const answered: Conducted = {
    ...command,
    writeStartedAt: null,
    replyUntil: null,
    effectUntil: isContrary ? null : command.effectUntil,
    reply: clipReply(seen),
    facts: {
      ...facts,
      written: 'yes',
      writtenAt: writtenAt ?? at,
      reply: { at, ok: seen.ok, ambiguous, late },
      effect: isContrary ? { at, seen: 'opposite', likely: false } : facts.effect,
    },
  }
  const told = addItem(answered, {
    what: `reply.${nameOf(frame)}`,
    kind: 'reply',
    at,
    text: ambiguous
      ? 'Answered; an earlier command that was not answered may have caused it: not counted'
      : late
        ? 'Answered, after its window'
        : 'Answered',
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

const note = (command: Conducted, frame: FrameSeen, text: string): Conducted =>
  addItem(command, {
    what: `note.${nameOf(frame)}`,
    kind: 'note',
    at: frame.receivedAt,
    text,
    raw: toHex(frame.bytes),
    frame,
  })

const nameOf = ({ sessionId, seq, receivedAt }: FrameSeen): string =>
  `${sessionId}.${receivedAt}.${seq ?? ''}`
