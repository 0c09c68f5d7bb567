/**
 * Replies in several pieces (PROTOCOL.md section 5.3): a long answer in several SMS frames, or an SMS that contains a
 * `#` (`C10#:1:139…,2:#,3:#`), which ends the frame for the framer and leaves the rest as bytes that are not a frame.
 */
import { decode } from '../decode.ts'
import type { Frame, Message } from '../message.ts'
import { contentOf } from './reply-content.ts'
import { decodeText } from './decode-text.ts'
import { fromLatin1, toLatin1 } from './text.ts'

/** How long after its first frame a further frame may belong to a reply, ms. */
export const JOIN_REPLY_MS = 3000

/**
 * Whether a frame after a certain SMS reply belongs to it: bytes that are not a frame, or another SMS text that is not
 * an alarm. `afterMs`: time since the first frame of the reply. Frames in between (positions) neither belong to it nor
 * end it.
 */
export function continuesReply(frame: Frame, afterMs: number): boolean {
  if (afterMs < 0 || afterMs > JOIN_REPLY_MS) return false
  if (frame.kind === 'rest') return true
  const text = smsText(frame)
  return text !== null && contentOf(decodeText(fromLatin1(text))).kind !== 'alarm'
}

/**
 * The whole reply as one message, for `readReply` and `readFacts`: the first SMS message with the text of all frames,
 * in the order of reception. Null if the first frame is not an SMS; frames that do not belong to it are left out.
 */
export function joinReply(frames: readonly Frame[]): Message | null {
  const [first, ...others] = frames
  const message = first === undefined ? null : smsMessage(first)
  if (message === null || message.reply === null) return null
  let text = message.reply.result ?? ''
  for (const [i, frame] of others.entries()) text = append(text, frames[i]!, frame)
  return { ...message, reply: { ...message.reply, result: text } }
}

function append(text: string, before: Frame, frame: Frame): string {
  // The `#` at the end of the previous piece was part of the text; the one at the end of the rest is the terminator.
  if (frame.kind === 'rest') {
    const separator = /#[\s\0]*$/.test(toLatin1(before.bytes)) ? '#' : ''
    return text + separator + toLatin1(frame.bytes).replace(/#?[\s\0]*$/, '')
  }
  const next = smsText(frame)
  if (next === null) return text
  return `${text}${isNewPart(text, next) ? '\n' : ''}${next}`
}

/**
 * A text that was cut at a length continues where it stopped; one that was cut between two parts may lack the
 * separator. Keys are ASCII, so Latin-1 letters make no difference.
 */
const isNewPart = (text: string, next: string): boolean =>
  !/[\s,*]$/.test(text) &&
  /^(?:ID|IMEI|IP|UP|PW|U[1-3]|UT|VOLT|BAT|BATTYER|APN|GPS|GSM|ICCID|MODE|DAILY|VOICE|SLEEP|POWER ALARM|SHAKE ALARM|GEO FENCE|OVER SPEED|GPRS UPLOAD TIME(?: [12])?|TIME ZONE)[ \t]*:/i.test(
    next,
  )

function smsMessage(frame: Frame): Message | null {
  const decoded = decode(frame)
  return decoded.ok && decoded.message.type === 'SMS' ? decoded.message : null
}

const smsText = (frame: Frame): string | null => smsMessage(frame)?.reply?.result ?? null
