import { readFacts } from './facts.ts'
import { rawFields } from './match-reply.ts'
import { smsKindOf } from './reply-content.ts'
import type { Message } from '../message.ts'
import type { OpenCommand, ReplyReading } from './types.ts'

/** What an answer says; `message` is one that `matchReply` did not turn away. */
export function readReply(open: OpenCommand, message: Message): ReplyReading {
  const reading = { text: replyTextOf(message), facts: readFacts(message), opposite: false }
  switch (message.type) {
    case 'SMS':
      return { ...reading, ok: isSmsOk(reading.text) }
    case 'V4':
      return { ...reading, ...readV4(open, message) }
    default:
      // A LINK frame is the answer itself.
      return { ...reading, ok: message.type === 'LINK' ? true : null }
  }
}

/** The words of an answer, without the frame around them. */
export function replyTextOf({ type, reply, gsm, satellites, batteryRaw }: Message): string {
  if (reply === null) {
    return type === 'LINK' ? ['LINK', gsm, satellites, batteryRaw].map((value) => value ?? '').join(',') : ''
  }
  if (reply.command === null) return reply.result ?? ''
  const said =
    reply.command === 'CMD' && reply.result !== null
      ? [...reply.params.slice(0, 1), reply.result]
      : reply.params
  return [reply.command, ...said].join(',')
}

function isSmsOk(text: string): boolean | null {
  const kind = smsKindOf(text)
  if (kind === 'error') return false
  return kind === 'other' || kind === 'alarm' ? null : true
}

/** Parameters echoed, or nothing at all, is how most commands say yes (PROTOCOL.md §5.2). */
function readV4(open: OpenCommand, { reply }: Message): { ok: boolean | null; opposite: boolean } {
  if (reply === null) return { ok: null, opposite: false }
  if (reply.params.some((param) => param.trim().toUpperCase() === 'ERROR'))
    return { ok: false, opposite: false }
  const isCut = reply.command?.toUpperCase() === 'S20' ? wantsCut(open) : null
  const echoed = echoedCut(reply.params)
  // CJ730 answers a restore with the state that it stays in (vector live-s20-resume; TC#5417).
  if (isCut !== null && echoed !== null && echoed !== isCut) return { ok: null, opposite: true }
  if (reply.command?.toUpperCase() === 'CMD') return { ok: isSmsOk(reply.result ?? ''), opposite: false }
  return { ok: true, opposite: false }
}

function wantsCut(open: OpenCommand): boolean | null {
  if (open.intent === 'engine-cut' || open.intent === 'engine-cut-pulses') return true
  if (open.intent === 'engine-restore') return false
  return echoedCut(rawFields(open).slice(4))
}

/** `1,1` cut; `1,0` and `0,0` released; null where no state stands. */
function echoedCut(params: readonly string[]): boolean | null {
  const digits = params.map((param) => param.trim()).filter((param) => /^\d+$/.test(param))
  if (digits.length < 2) return null
  return digits[0] === '1' && digits[1] !== '0'
}
