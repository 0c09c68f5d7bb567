import { entryOf } from './entries/index.ts'
import { decodeLatin1 } from './decode-text.ts'
import { contentOf, namedSettings, unmistakable, type SmsKind } from './reply-content.ts'
import { toLatin1 } from './text.ts'
import type { Message } from '../message.ts'
import type { Encoding, OpenCommand, ReplyKind, ReplyMatch } from './types.ts'

/** Whether a message is the answer to an open command. Position frames are never answers, but they may show an effect. */
export function matchReply(open: OpenCommand, message: Message): ReplyMatch {
  if (message.type === 'SMS') return open.dialect === 'text' ? matchSms(open, message) : 'no'
  if (open.dialect === 'text') return 'no'
  if (message.type === 'V4') return matchV4(open, message)
  // LINK is a heartbeat too: it may have been sent before the command arrived.
  return message.type === 'LINK' && encodingOf(open)?.reply === 'link' ? 'fits' : 'no'
}

const encodingOf = ({ intent, dialect }: OpenCommand): Encoding | null =>
  entryOf(intent)?.encodings.find((encoding) => encoding.dialect === dialect) ?? null

/** The fields of a typed frame: `*HQ`, id, word, time, … */
export function rawFields({ raw }: OpenCommand): readonly string[] {
  if (raw === undefined || raw === null) return []
  return toLatin1(raw)
    .replace(/#[\s\S]*$/, '')
    .split(',')
    .map((field) => field.trim())
}

function matchV4(open: OpenCommand, { reply }: Message): ReplyMatch {
  const fields = rawFields(open)
  const word = (encodingOf(open)?.word ?? fields[2] ?? '').toUpperCase()
  if (reply?.command === null || reply?.command === undefined || word === '') return 'no'
  if (reply.command.toUpperCase() !== word) return 'no'
  // CMD contains the text in place of the time.
  if (word === 'CMD') return sameText(reply.params[0], fields.slice(4).join(',')) ? 'certain' : 'fits'
  const cmdTime = open.cmdTime ?? fields[3] ?? null
  if (reply.cmdTime === null || reply.cmdTime === '' || cmdTime === null) return 'fits'
  return reply.cmdTime === cmdTime ? 'certain' : 'no'
}

const sameText = (a: string | undefined, b: string): boolean =>
  a !== undefined && a.trim().toUpperCase() === b.toUpperCase()

function matchSms(open: OpenCommand, { reply }: Message): ReplyMatch {
  const { kind, intents } = contentOf(decodeLatin1(reply?.result ?? ''))
  const encoding = encodingOf(open)
  if (kind === 'alarm') return 'no'
  if (kind === 'error') return 'fits'
  // Any answer is possible for bytes that the catalogue does not recognize.
  if (entryOf(open.intent) === null) return 'fits'
  if (intents !== null) return intents.includes(open.intent) ? 'certain' : 'no'
  const expected = encoding?.reply ?? 'any'
  if (kind === expected) return unmistakable.has(kind) ? 'certain' : 'fits'
  return couldAnswer(expected, kind, open) ? 'fits' : 'no'
}

const isSetting = (expected: ReplyKind): boolean =>
  expected === 'set-ok' || namedSettings.has(expected as SmsKind)

/** Intents that may be answered with a mileage reading, although they did not ask for it. */
const setsMileage = (intent: string): boolean => intent === 'mileage-reset' || intent === 'mileage-set'

function couldAnswer(expected: ReplyKind, kind: SmsKind, { intent }: OpenCommand): boolean {
  if (kind === 'mileage') return setsMileage(intent)
  // The answers are unknown: anything except status and settings may be one.
  if (expected === 'any') return !unmistakable.has(kind)
  if (expected === 'phones') return kind === 'other' || kind === 'set-ok'
  if (kind === 'other') return true
  // The answer to QZXT is not recorded: it may be the same as CXZT's.
  if (expected === 'firmware') return kind === 'status'
  return isSetting(expected) && kind === 'set-ok'
}
