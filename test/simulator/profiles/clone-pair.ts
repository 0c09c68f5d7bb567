/**
 * Two units with one id, each on its own connection and its own way (PROTOCOL.md section 6.1: cloned units). Their positions
 * jump between two places; only one of them can be the right receiver of a command.
 */
import { answerCommon } from '../commands.ts'
import { encodeV1 } from '../encode.ts'
import { send, silence, type Profile } from '../profile.ts'
import { bodyOf } from '../unit.ts'

export const clonePair: Profile = {
  name: 'clone-pair',
  title: 'Two units, one id',
  defaultId: '9170000004',
  units: 2,
  create: (unit) => ({
    report: () => send(encodeV1(unit, bodyOf(unit), unit.cell)),
    command: (command) => answerCommon(unit, command) ?? silence,
  }),
}
