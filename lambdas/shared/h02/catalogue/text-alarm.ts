/** Alarms that a tracker sends as a text by itself (PROTOCOL.md section 5.7). */
import { decodeLatin1 } from './decode-text.ts'
import { contentOf } from './reply-content.ts'
import type { Message } from '../message.ts'

/**
 * The alarm in a text that a tracker sent by itself; null if the text is not an alarm. The names are those of the status
 * bits (`power-cut`, `vibration`, …), `ignition-on`, `ignition-off`, or `alarm` if the text does not name it.
 */
export const textAlarmOf = ({ type, reply }: Pick<Message, 'type' | 'reply'>): string | null =>
  type === 'SMS' ? contentOf(decodeLatin1(reply?.result ?? '')).alarm : null
