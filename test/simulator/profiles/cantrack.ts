/**
 * Cantrack and Secumore, 15 digits (PROTOCOL.md sections 2.2, 2.7, 4; vendor documents): V0 logs in and is repeated until it
 * is echoed, HTBT expects an echo too; after three without one the tracker dials again. Cells are hexadecimal, padded
 * with blanks (vector of the V2 frame `cc,28,  db,d75b`).
 */
import { answerCommon } from '../commands.ts'
import { bodyFields, encodeText } from '../encode.ts'
import { send, silence, type Profile } from '../profile.ts'
import { bodyOf, type SimulatedTracker } from '../simulated-tracker.ts'

const HEARTBEATS_TO_GIVE_UP = 3

const hexCell = ({ cell }: SimulatedTracker): string[] => [
  cell.mcc.toString(16),
  cell.mnc.toString(16),
  cell.lac.toString(16).padStart(4),
  cell.cid.toString(16).padStart(4),
]

export const cantrack: Profile = {
  name: 'cantrack',
  title: 'Cantrack: 15-digit id, V0 and HTBT that expect their echo',
  defaultId: '135790246811220',
  create(tracker) {
    let isLoggedIn = false
    let unanswered = 0
    const login = encodeText(tracker, 'V0')
    return {
      connected() {
        isLoggedIn = false
        unanswered = 0
        return silence
      },
      report() {
        if (!isLoggedIn) return send(login)
        if (unanswered >= HEARTBEATS_TO_GIVE_UP) return { frames: [], after: 'hang-up' }
        const position = encodeText(tracker, 'V1', ...bodyFields(bodyOf(tracker)), ...hexCell(tracker))
        if (tracker.reports % 3 !== 2) return send(position)
        unanswered++
        return send(position, encodeText(tracker, 'HTBT', 87))
      },
      command(command) {
        if (command.name === 'V0') isLoggedIn = true
        if (command.name === 'HTBT') unanswered = 0
        return answerCommon(tracker, command) ?? silence
      },
    }
  },
}
