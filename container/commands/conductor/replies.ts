import { frameOf, type Frame, type Message } from '#h02'
import { continuesReply, joinReply, textAlarmOf } from '#h02/catalogue/index.ts'
import type { ReplyMatch } from '#h02/catalogue/types.ts'
import { clipReply } from '#shared/domain/timeline.ts'
import { toHex } from '#shared/hex.ts'
import { isOpen } from './conducted.ts'
import type { Catalogue, Conducted, ConductorConfig, FrameSeen } from './state.ts'
import { addItem } from './timeline.ts'

/** A frame that was decoded. */
type Decoded = FrameSeen & { readonly message: Message }

/** A text that fits two commands belongs to the open one if it came within this time after its write. */
const PROMPT_MS = 10_000
/** Limit for the further frames of a reply. What exceeds it is only in the history. */
const MAX_PART_BYTES = 4_096
const MAX_PARTS = 16

/**
 * Finds the command that a frame answers, or whose reply it continues; otherwise shows the frame on the open one's
 * timeline. Returns the changed commands.
 */
export function matchFrame(
  config: ConductorConfig,
  commands: readonly Conducted[],
  frame: FrameSeen,
): readonly Conducted[] {
  const { catalogue } = config
  const awaiting = commands.filter((command) => mayBeAnswered(command, frame))
  const showOther = (text: string): readonly Conducted[] => showOpen(awaiting, frame, text)
  if (frame.isRest)
    return continueReply(catalogue, commands, frame) ?? showOther('Bytes arrived that are not a frame')
  if (!isDecoded(frame)) return []
  const { message } = frame
  if (message.type === 'SMS') {
    const alarm = textAlarmOf(message)
    if (alarm !== null) return showOther(`The tracker reported an alarm: ${alarm}`)
    const isClaimed = awaiting.some((command) => isCertainFor(catalogue, command, message))
    const continued = isClaimed ? null : continueReply(catalogue, commands, frame)
    return continued ?? matchText(config, awaiting, frame, showOther)
  }
  const answered = findKeyed(catalogue, awaiting, message)
  if (answered !== undefined) return [answer(catalogue, answered, frame)]
  const isKnown = commands.some((command) => matchOf(catalogue, command, message) === 'certain')
  return message.type !== 'V4' || isKnown
    ? []
    : showOther('A V4 arrived that answers no known command: its word or its time is different')
}

/** A frame that answers nothing, on the timeline of the command that awaits its reply. */
export function showOpen(
  commands: readonly Conducted[],
  frame: FrameSeen,
  text: string,
): readonly Conducted[] {
  const open = commands.findLast((command) => mayBeAnswered(command, frame) && isOpen(command))
  return open === undefined ? [] : [note(open, frame, text)]
}

const isDecoded = (frame: FrameSeen): frame is Decoded => frame.message !== null

const matchOf = (catalogue: Catalogue, { asked }: Conducted, message: Message): ReplyMatch =>
  catalogue.matchReply(asked, message)

const okOf = (catalogue: Catalogue, { asked }: Conducted, message: Message): boolean | null =>
  catalogue.readReply(asked, message).ok

/** True if it answers this command and cannot be the continuation of an earlier answer. */
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
 * Texts have no key: order and content decide. A text that fits both the open command and an older unanswered one is
 * ambiguous. Soon after the open command's write, it answers the open command; later it is shown and answers neither.
 * Either way the older command's claim is used up, so an ignored command spoils at most one reply.
 */
function matchText(
  { catalogue, timeScale }: ConductorConfig,
  awaiting: readonly Conducted[],
  frame: Decoded,
  showOther: (text: string) => readonly Conducted[],
): readonly Conducted[] {
  const texts = awaiting.filter(({ asked }) => asked.dialect === 'text')
  // Two are open only while a restore is written beside another command: the newer one has priority.
  const open = texts.findLast(isOpen)
  const claims = texts
    // It makes no difference if an earlier attempt of the open command itself claims the reply.
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
      : [note({ ...older, claimUntil: null }, frame, 'A text came that may be its late reply')]
  if (open === undefined || fit === 'no') {
    const text = 'A text came that does not fit the command'
    return open !== undefined ? [...used, note(open, frame, text)] : used.length > 0 ? used : showOther(text)
  }
  if (older === undefined || (fit === 'certain' && certain === undefined))
    return [answer(catalogue, open, frame)]
  // A sleeping tracker reads it when it wakes.
  const readAt = open.facts.extension?.heardAt ?? open.facts.writtenAt ?? open.writeStartedAt ?? 0
  if (frame.receivedAt - readAt <= PROMPT_MS * timeScale) {
    return [...used, answer(catalogue, open, frame, true)]
  }
  const text =
    'A text came that may also answer an earlier command: it does not count as the reply to this one'
  return [...used, note({ ...open, isDoubtful: true }, frame, text)]
}

/** Trackers do not answer OK to an older text that no tracker is known to accept. */
function claimOf(catalogue: Catalogue, command: Conducted, message: Message): ReplyMatch {
  const match = matchOf(catalogue, command, message)
  const isUnknown = catalogue.entryOf(command.asked.intent) === null
  return isUnknown && match === 'fits' && okOf(catalogue, command, message) === true ? 'no' : match
}

/** True if there is no definite reply so far and the frame's session may have received the command. */
const mayBeAnswered = (command: Conducted, frame: FrameSeen): boolean => {
  const { facts, writeStartedAt, isAdopted, claimUntil } = command
  if (facts.written === 'no' || facts.reply !== null) return false
  if (facts.written === 'pending' && writeStartedAt === null && !isAdopted) return false
  return isOpen(command) || (claimUntil !== null && frame.receivedAt <= claimUntil)
}

/** Records the answer. A reply also proves that the command was written. */
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

/** A copy, because the received bytes are a view of a larger buffer. */
const toPart = ({ bytes, isRest }: FrameSeen): Frame => ({
  kind: isRest ? 'rest' : frameOf(bytes).kind,
  bytes: bytes.slice(),
})

/**
 * Adds a frame to the newest reply; text and facts become those of the whole. A different text belongs only to a reply
 * that is certain, or that is neither positive nor negative so far. A text that repeats a part does not count. Null:
 * the frame is not a part.
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
  // Later parts do not change what the first ones said.
  const isMoreDefinite = reply.ok === null && ok !== null
  const completed = isMoreDefinite ? { ...reply, ok, ...(reason !== null && { reason }) } : reply
  const whole: Conducted = {
    ...newest,
    parts: { ...parts, frames, isCertain },
    reply: clipReply(reading),
    facts: isMoreDefinite ? { ...newest.facts, reply: completed } : newest.facts,
  }
  const because = isMoreDefinite && reason !== null ? `: ${reason}` : ''
  return [show(whole, frame, 'reply', `The answer continues${because}`)]
}

const note = (command: Conducted, frame: FrameSeen, text: string): Conducted =>
  show(command, frame, 'note', text)

/** Shows a frame on the timeline. With two connections it may come from another device: then the text says so. */
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
