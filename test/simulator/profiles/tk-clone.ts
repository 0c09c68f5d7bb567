/**
 * A TK clone (PROTOCOL.md sections 2.7, 2.9; BOPOHA/gps-tracking-server, a tracker in Montenegro in 2020): CR asks for a session,
 * then 54-byte records with three cells, NOR now and then. It answers no command.
 */
import { encodeText, timeOf } from '../encode.ts'
import { encodeRecord } from '../encode-record.ts'
import { send, type Profile } from '../profile.ts'
import { recordOf } from '../simulated-tracker.ts'

export const tkClone: Profile = {
  name: 'tk-clone',
  title: 'TK clone: CR, NOR, 54-byte records with three cells',
  defaultId: '7028000000',
  create: (tracker) => ({
    connected: () => send(encodeText(tracker, 'CR')),
    report() {
      const record = encodeRecord(54, recordOf(tracker, [14]))
      return tracker.reports % 4 === 3
        ? send(encodeText(tracker, 'NOR', timeOf(tracker.clock)), record)
        : send(record)
    },
  }),
}
