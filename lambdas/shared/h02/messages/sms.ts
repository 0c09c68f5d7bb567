/**
 * SMS, the answer to a plain-text command (PROTOCOL.md section 5.3): everything after the type, commas, line feeds and stars
 * included. It names neither the command nor its time.
 *
 *   *HQ,8168000005,SMS,SET OK#
 *   *HQ,11223344,SMS,ST906(70SACD)_TQ_V_2.0 2024/06/07⏎ID:11223344⏎IP:1.2.3.4 5013⏎…⏎GSM:26#
 *   3… text; line ends after its last line are dropped (vector cap-sms-multiline-crlf)
 */
import { restOf } from '../fields.ts'
import type { Reader } from './reader.ts'

export const readSms: Reader = (fields, draft) => {
  draft.reply = {
    command: null,
    cmdTime: null,
    params: [],
    result: restOf(fields, 3).replace(/[\r\n]+$/, ''),
  }
  return null
}
