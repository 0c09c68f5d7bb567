/** Alarms that a tracker sends as a text by itself (PROTOCOL.md section 5.7). */
import { decodeLatin1 } from './decode-text.ts'
import { contentOf } from './reply-content.ts'
import type { Message } from '../message.ts'

/**
 * The alarm in a text that a tracker sent by itself; null if it is none. The names are those of the status bits
 * (`power-cut`, `vibration`, …), `ignition-on`, `ignition-off`, or `alarm` where the text does not say which.
 */
export const textAlarmOf = ({ type, reply }: Pick<Message, 'type' | 'reply'>): string | null =>
  type === 'SMS' ? contentOf(decodeLatin1(reply?.result ?? '')).alarm : null
