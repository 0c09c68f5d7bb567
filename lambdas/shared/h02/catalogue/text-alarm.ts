/** Alarms that a tracker reports as a text, without being asked (PROTOCOL.md section 5.7). */
import { decodeLatin1 } from './decode-text.ts'
import { contentOf } from './reply-content.ts'
import type { Message } from '../message.ts'

/**
 * The alarm that a text from a tracker reports without being asked; null: it is none. The names are those of the status
 * bits (`power-cut`, `vibration`, …), `ignition-on`, `ignition-off`, or `alarm` where the text does not say which.
 */
export const textAlarmOf = ({ type, reply }: Pick<Message, 'type' | 'reply'>): string | null =>
  type === 'SMS' ? contentOf(decodeLatin1(reply?.result ?? '')).alarm : null
