/**
 * CJ730 Plus (PROTOCOL.md sections 1.4, 5.2, 6; TC#5417): 51-byte records with the supply voltage. S20 is answered without a
 * position: what was asked is not echoed but what is (`V4,S20,034313,1,1`). Restore is answered, and the relay stays
 * open: bit 27 stays low.
 */
import { encodeText } from '../encode.ts'
import { encodeRecord } from '../encode-record.ts'
import { send, silence, type Profile } from '../profile.ts'
import { recordOf } from '../simulated-tracker.ts'

export const cj730: Profile = {
  name: 'cj730',
  title: 'CJ730: 51-byte records, a relay that does not close again',
  defaultId: '7340000000',
  create: (tracker) => ({
    report: () => send(encodeRecord(51, recordOf(tracker))),
    command({ name, time, params: [first, second] }) {
      if (name !== 'S20') return silence
      if (first === '1' && second !== '0') tracker.relayCut = true
      return send(encodeText(tracker, 'V4', 'S20', time, 1, tracker.relayCut ? 1 : 0))
    },
  }),
}
