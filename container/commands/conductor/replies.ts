import { frameOf, type Frame, type Message } from '#h02'
import { continuesReply, joinReply, textAlarmOf } from '#h02/catalogue/index.ts'
import type { ReplyMatch } from '#h02/catalogue/types.ts'
import { clipReply } from '#shared/domain/timeline.ts'
import { isOpen, type Catalogue, type Conducted, type ConductorConfig, type FrameSeen } from './state.ts'
import { addItem, toHex } from './timeline.ts'

/** A frame that decodes. */
type Decoded = FrameSeen & { readonly message: Message }

/** A text that fits two commands is the open one's when it came this soon after its write. */
const PROMPT_MS = 10_000
/** Of a reply in several frames, after its first one. What comes beyond is in the history only. */
const MAX_PART_BYTES = 4_096
const MAX_PARTS = 16

/**
 * Finds the command that a frame answers, or whose reply it continues; else shows it to the open one. Returns the commands
 * that it changed, as they are now.
 */
export function matchFrame(
  config: ConductorConfig,
  commands: readonly Conducted[],
  frame: FrameSeen,
): readonly Conducted[] {
  const { catalogue } = config
  const awaiting = commands.filter((command) => mayBeAnswered(command, frame))
  const showOpen = (text: string): readonly Conducted[] => {
    const open = awaiting.findLast(isOpen)
    return open === undefined ? [] : [note(open, frame, text)]
  }
  if (frame.isRest)
    return continueReply(catalogue, commands, frame) ?? showOpen('Bytes came that are no frame')
  if (!isDecoded(frame)) return []
  const { message } = frame
  if (message.type === 'SMS') {
    const alarm = textAlarmOf(message)
    if (alarm !== null) return showOpen(`An alarm came unasked: ${alarm}`)
    const isClaimed = awaiting.some((command) => isCertainFor(catalogue, command, message))
    const continued = isClaimed ? null : continueReply(catalogue, commands, frame)
    return continued ?? matchText(config, awaiting, frame, showOpen)
  }
  const answered = findKeyed(catalogue, awaiting, message)
  if (answered !== undefined) return [answer(catalogue, answered, frame)]
  const isKnown = commands.some((command) => matchOf(catalogue, command, message) === 'certain')
  return message.type !== 'V4' || isKnown
    ? []
    : showOpen('A V4 came unasked: its word or time is that of no known command')
}

const isDecoded = (frame: FrameSeen): frame is Decoded => frame.message !== null

const matchOf = (catalogue: Catalogue, { asked }: Conducted, message: Message): ReplyMatch =>
  catalogue.matchReply(asked, message)

const okOf = (catalogue: Catalogue, { asked }: Conducted, message: Message): boolean | null =>
  catalogue.readReply(asked, message).ok

/** It is the answer of this command, rather than more of an answer before. */
function isCertainFor(catalogue: Catalogue, command: Conducted, message: Message): boolean {
  const match = matchOf(catalogue, command, message)
  return (
    match === 'certain' || (match === 'fits' && isOpen(command) && okOf(catalogue, command, message) !== null)
  )
}

/** `*HQ` replies echo word and time. */
const findKeyed = (catalogue: Catalogue, awaiting: readonly Conducted[], message: Message) =>
  awaiting.find((one) => matchOf(catalogue, one, message) === 'certain') ??
  awaiting.find((one) => isOpen(one) && matchOf(catalogue, one, message) === 'fits')

/**
 * Texts carry no key: order and content decide. One that fits the open command and an older, unanswered one as well is
 * ambiguous. Soon after its write it answers the open command; later it is shown and answers neither. Either way the
 * claim of the older one is used up, so one ignored command spoils one reply at most.
 */
function matchText(
  { catalogue, timeScale }: ConductorConfig,
  awaiting: readonly Conducted[],
  frame: Decoded,
  showOpen: (text: string) => readonly Conducted[],
): readonly Conducted[] {
  const texts = awaiting.filter(({ asked }) => asked.dialect === 'text')
  // Two are open only while a restore is written beside another: the newer one goes first.
  const open = texts.findLast(isOpen)
  const claims = texts
    // An earlier attempt of the open command itself makes no difference to whose reply it is.
    .filter(({ commandId }) => commandId !== open?.commandId)
    .map((command) => ({ command, match: claimOf(catalogue, command, frame.message) }))
    .filter(({ match }) => match !== 'no')
  const certain = claims.find(({ match }) => match === 'certain')?.command
  const older = certain ?? claims[0]?.command
  const fit = open === undefined ? 'no' : matchOf(catalogue, open, frame.message)
  if (certain !== undefined && fit !== 'certain') return [answer(catalogue, certain, frame)]
  const used =
    older === undefined
      ? []
      : [note({ ...older, claimUntil: null }, frame, 'A text came that may be its late answer')]
  if (open === undefined || fit === 'no') {
    const text = 'A text came that does not fit the command'
    return open !== undefined ? [...used, note(open, frame, text)] : used.length > 0 ? used : showOpen(text)
  }
  if (older === undefined || (fit === 'certain' && certain === undefined))
    return [answer(catalogue, open, frame)]
  // A tracker that slept reads it when it wakes.
  const readAt = open.facts.extension?.heardAt ?? open.facts.writtenAt ?? open.writeStartedAt ?? 0
  if (frame.receivedAt - readAt <= PROMPT_MS * timeScale) {
    return [...used, answer(catalogue, open, frame, true)]
  }
  const text = 'A text came that may as well answer an earlier command: it is not taken for its answer'
  return [...used, note({ ...open, isDoubtful: true }, frame, text)]
}

/** An older text that no tracker is known to accept is not what a tracker says OK to. */
function claimOf(catalogue: Catalogue, command: Conducted, message: Message): ReplyMatch {
  const match = matchOf(catalogue, command, message)
  const isUnknown = catalogue.entryOf(command.asked.intent) === null
  return isUnknown && match === 'fits' && okOf(catalogue, command, message) === true ? 'no' : match
}

/** Without a definite reply so far, and a frame of a session that it may have reached. */
const mayBeAnswered = (command: Conducted, frame: FrameSeen): boolean => {
  const { facts, writeStartedAt, isAdopted, claimUntil } = command
  if (facts.written === 'no' || facts.reply !== null) return false
  if (facts.written === 'pending' && writeStartedAt === null && !isAdopted) return false
  return isOpen(command) || (claimUntil !== null && frame.receivedAt <= claimUntil)
}

/** The command is answered: a reply also proves that it was written. */
function answer(catalogue: Catalogue, command: Conducted, frame: Decoded, ambiguous = false): Conducted {
  const { message, receivedAt: at } = frame
  const reading = catalogue.readReply(command.asked, message)
  const { facts } = command
  const { ok, reason } = reading
  const late = facts.replyWindowOver
  const isContrary = reading.opposite && command.effect !== null && facts.effect === null
  const isCertain = matchOf(catalogue, command, message) === 'certain'
  const mayContinue = message.type === 'SMS' && !ambiguous
  const answered: Conducted = {
    ...command,
    parts: mayContinue ? { startedAt: at, isCertain, frames: [toPart(frame)] } : null,
    writeStartedAt: null,
    reply: clipReply(reading),
    facts: {
      ...facts,
      written: 'yes',
      writtenAt: facts.writtenAt ?? command.writeStartedAt ?? at,
      reply: { at, ok, ambiguous, late, ...(reason !== null && { reason }) },
      effect: isContrary ? { at, seen: 'opposite', likely: false } : facts.effect,
    },
  }
  const text = ambiguous
    ? 'Answered; an earlier command that was not answered may have caused it: not counted'
    : late
      ? 'Answered, after its window'
      : 'Answered'
  const shown = show(answered, frame, 'reply', reason === null ? text : `${text}: ${reason}`)
  if (!isContrary) return shown
  return addItem(shown, { kind: 'effect', at, text: 'The answer itself shows the opposite state', frame })
}

/** A copy: what was received shares its memory with much else. */
const toPart = ({ bytes, isRest }: FrameSeen): Frame => ({
  kind: isRest ? 'rest' : frameOf(bytes).kind,
  bytes: bytes.slice(),
})

/**
 * More of the newest reply: its text and facts become those of the whole. Another text belongs only to a reply that is
 * certain, or that says neither yes nor no so far; a text that repeats a part is none. Null: the frame is not part of one.
 */
function continueReply(
  catalogue: Catalogue,
  commands: readonly Conducted[],
  frame: FrameSeen,
): readonly Conducted[] | null {
  const newest = commands
    .filter(({ parts }) => parts !== null)
    .toSorted((a, b) => a.parts!.startedAt - b.parts!.startedAt)
    .at(-1)
  const parts = newest?.parts ?? null
  const reply = newest?.facts.reply ?? null
  if (newest === undefined || parts === null || reply === null) return null
  const part = toPart(frame)
  if (!continuesReply(part, frame.receivedAt - parts.startedAt)) return null
  const mayHaveMore = parts.isCertain || reply.ok === null
  const isRepeat = parts.frames.some(({ bytes }) => Buffer.compare(bytes, part.bytes) === 0)
  if (!frame.isRest && (!mayHaveMore || isRepeat)) return null
  const frames = [...parts.frames, part]
  const size = frames.slice(1).reduce((sum, { bytes }) => sum + bytes.length, 0)
  const message = frames.length > MAX_PARTS || size > MAX_PART_BYTES ? null : joinReply(frames)
  if (message === null) {
    return [note(newest, frame, 'The answer continues; this part is in the history only')]
  }
  const reading = catalogue.readReply(newest.asked, message)
  const { ok, reason } = reading
  const isCertain = parts.isCertain || matchOf(catalogue, newest, message) === 'certain'
  // What the beginning has said stands.
  const isNews = reply.ok === null && ok !== null
  const completed = isNews ? { ...reply, ok, ...(reason !== null && { reason }) } : reply
  const whole: Conducted = {
    ...newest,
    parts: { ...parts, frames, isCertain },
    reply: clipReply(reading),
    facts: isNews ? { ...newest.facts, reply: completed } : newest.facts,
  }
  const because = isNews && reason !== null ? `: ${reason}` : ''
  return [show(whole, frame, 'reply', `The answer continues${because}`)]
}

const note = (command: Conducted, frame: FrameSeen, text: string): Conducted =>
  show(command, frame, 'note', text)

/** Puts a frame on the timeline. It may come from another device with the same id: then the text says so. */
function show(command: Conducted, frame: FrameSeen, kind: 'note' | 'reply', text: string): Conducted {
  const { sessionId, seq, receivedAt, bytes } = frame
  const isElsewhere = command.sessionId !== null && command.sessionId !== sessionId
  return addItem(command, {
    what: `${kind}.${sessionId}.${receivedAt}.${seq ?? ''}`,
    kind,
    at: receivedAt,
    text: text + (isElsewhere ? ' (on another connection than it was written to)' : ''),
    raw: toHex(bytes),
    frame,
  })
}
