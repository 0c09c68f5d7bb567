/**
 * LK109 and the related LK106, TK909 (PROTOCOL.md sections 2.6, 2.7, 2.9; captures of TC#1828 and TC#2482): 45-byte records, and
 * NBR with the cells around it when it has no satellites, repeated until V4,NBR comes. S26 is answered by LINK.
 */
import { answerCommon } from '../commands.ts'
import { encodeLink, encodeNbr } from '../encode.ts'
import { encodeRecord } from '../encode-record.ts'
import { send, silence, type Profile } from '../profile.ts'
import { recordOf, statusWord, type SimulatedTracker } from '../simulated-tracker.ts'

const nbr = (tracker: SimulatedTracker): Uint8Array => {
  const { lac, cid } = tracker.cell
  const neighbours = [63, 58, 41].map((rssi, n) => ({ lac, cid: cid + n, rssi }))
  return encodeNbr(tracker, tracker.clock, tracker.cell, neighbours, statusWord(tracker), 6)
}

export const lk109: Profile = {
  name: 'lk109',
  title: 'LK109: 45-byte records and NBR',
  defaultId: '4109000000',
  create(tracker) {
    let owedNbr = true
    return {
      report() {
        const frames = [encodeRecord(45, recordOf(tracker))]
        if (!tracker.fix.valid) owedNbr = true
        if (owedNbr) frames.push(nbr(tracker))
        return { frames }
      },
      command(command) {
        // The ack `*HQ,<id>,V4,NBR,<time>#` reads as a command V4 with NBR where a command has its time.
        if (command.name === 'V4' && command.time === 'NBR') owedNbr = false
        if (command.name === 'S26') {
          const health = { csq: 15, satellites: tracker.fix.satellites, batteryPercent: 84 }
          return send(encodeLink(tracker, tracker.clock, health, statusWord(tracker)))
        }
        return answerCommon(tracker, command) ?? silence
      },
    }
  },
}
