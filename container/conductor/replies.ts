import type { Message } from '#h02'
import type { OpenCommand, ReplyMatch } from '#h02/catalogue/types.ts'
import { isSlotFree } from '#shared/domain/verdict.ts'
import type { Catalogue } from './catalogue-port.ts'
import type { AskedCommand, Conducted, ConductorAction, FrameSeen } from './state.ts'
import { tell, toHex } from './timeline.ts'

/** What a frame changed: the command as it is now, and what to tell the gateway. */
export type Matched = { readonly command: Conducted; readonly actions: readonly ConductorAction[] }

/**
 * Finds out whose reply a frame is (DESIGN.md §6). `*HQ` replies echo word and time; texts carry no key, so order and
 * content decide, and where they leave it open the reply is ambiguous: shown, never counted. Null: nobody's.
 */
export function matchFrame(
  catalogue: Catalogue,
  commands: readonly Conducted[],
  frame: FrameSeen,
): Matched | null {
  const { message } = frame
  if (message === null) return null
  const awaiting = commands.filter((command) => mayBeAnswered(command, frame))
  if (awaiting.length === 0) return null
  const isText = message.type === 'SMS'
  const open = awaiting.find(isOpen) ?? null
  const others = awaiting.filter((command) => command !== open)
  const matches = (command: Conducted): ReplyMatch => catalogue.matchReply(toOpen(command.asked), message)
  const sure = others.find((command) => matches(command) === 'certain')
  if (open === null) {
    if (sure !== undefined) return answer(catalogue, sure, message, frame)
    const perhaps = isText ? others.find((command) => matches(command) === 'fits') : undefined
    return perhaps === undefined ? null : note(perhaps, frame, 'A text came that may be its late answer')
  }
  const fit = matches(open)
  if (fit === 'certain') {
    // The same question was asked before and never answered: this may answer either.
    return isText && sure !== undefined ? ambiguous(open, frame) : answer(catalogue, open, message, frame)
  }
  if (sure !== undefined) return answer(catalogue, sure, message, frame)
  const texts = others.filter(({ asked }) => asked.dialect === 'text')
  if (fit === 'fits') {
    if (isText && texts.some((command) => matches(command) === 'fits')) return ambiguous(open, frame)
    return answer(catalogue, open, message, frame)
  }
  if (!isText || open.asked.dialect !== 'text') return null
  return texts.length > 0
    ? ambiguous(open, frame)
    : note(open, frame, 'A text came that does not fit the command')
}

/** Its reply is awaited, and no other command may be written meanwhile. */
export const isOpen = ({ facts }: Conducted): boolean => !isSlotFree(facts)

/** Without a definite reply so far, and a frame of a session that it may have reached. */
const mayBeAnswered = (command: Conducted, frame: FrameSeen): boolean => {
  const { facts, writeStartedAt, isAdopted, rememberUntil } = command
  if (facts.written === 'no' || (facts.reply !== null && !facts.reply.ambiguous)) return false
  if (facts.written === 'pending' && writeStartedAt === null && !isAdopted) return false
  return isOpen(command) || (rememberUntil !== null && frame.receivedAt <= rememberUntil)
}

const toOpen = ({ raw, ...asked }: AskedCommand): OpenCommand => ({
  ...asked,
  raw: raw === null ? null : new Uint8Array(Buffer.from(raw, 'hex')),
})

/** The command is answered: a reply also proves that it was written. */
function answer(catalogue: Catalogue, command: Conducted, message: Message, frame: FrameSeen): Matched {
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
    reply: { text: seen.text, facts: seen.facts },
    facts: {
      ...facts,
      written: 'yes',
      writtenAt: writtenAt ?? at,
      reply: { at, ok: seen.ok, ambiguous: false, late },
      effect: isContrary ? { at, seen: 'opposite', likely: false } : facts.effect,
    },
  }
  const told = tell(answered, {
    what: `reply.${frame.sessionId}.${at}`,
    kind: 'reply',
    at,
    text: late ? 'Answered, after its window' : 'Answered',
    raw: toHex(frame.bytes),
    frame,
  })
  return {
    command: isContrary
      ? tell(told, {
          what: 'effect',
          kind: 'effect',
          at,
          text: 'The answer itself shows the opposite state',
          frame,
        })
      : told,
    actions:
      writtenAt === null
        ? []
        : [{ kind: 'replied', afterMs: at - writtenAt, dialect: command.asked.dialect }],
  }
}

function ambiguous(command: Conducted, frame: FrameSeen): Matched {
  const { facts } = command
  const { receivedAt } = frame
  const told = tell(
    facts.reply !== null
      ? command
      : {
          ...command,
          facts: { ...facts, reply: { at: receivedAt, ok: null, ambiguous: true, late: false } },
        },
    {
      what: `reply.${frame.sessionId}.${receivedAt}`,
      kind: 'reply',
      at: receivedAt,
      text: 'A text came that may as well answer an earlier command: not counted',
      raw: toHex(frame.bytes),
      frame,
    },
  )
  return { command: told, actions: [] }
}

function note(command: Conducted, frame: FrameSeen, text: string): Matched {
  const item = {
    what: `note.${frame.sessionId}.${frame.receivedAt}`,
    kind: 'note',
    at: frame.receivedAt,
  } as const
  return { command: tell(command, { ...item, text, raw: toHex(frame.bytes), frame }), actions: [] }
}
