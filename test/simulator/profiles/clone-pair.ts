/**
 * Two trackers with one id, each with its own connection and route (PROTOCOL.md section 6.1: cloned trackers). Their positions jump
 * between two places; only one of them can be the right receiver of a command.
 */
import { answerCommon } from '../commands.ts'
import { encodeV1 } from '../encode.ts'
import { send, silence, type Profile } from '../profile.ts'
import { bodyOf } from '../simulated-tracker.ts'

export const clonePair: Profile = {
  name: 'clone-pair',
  title: 'Two trackers, one id',
  defaultId: '9170000004',
  trackers: 2,
  create: (tracker) => ({
    report: () => send(encodeV1(tracker, bodyOf(tracker), tracker.cell)),
    command: (command) => answerCommon(tracker, command) ?? silence,
  }),
}
