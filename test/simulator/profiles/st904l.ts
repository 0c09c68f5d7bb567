/**
 * ST-904L (PROTOCOL.md section 5.7; vector cap-cxzt-star-form): V1, and a CXZT answer in one line whose parts are separated by
 * `*`, so that a `*` inside a frame starts no other.
 */
import { answerCommon } from '../commands.ts'
import { encodeV1 } from '../encode.ts'
import { send, silence, type Profile } from '../profile.ts'
import { createTexts } from '../texts.ts'
import { bodyOf, type SimulatedTracker } from '../simulated-tracker.ts'

const FIRMWARE = 'W07_ENSMS_10D6J_B39_V5.42-TQ'

const cxzt = ({ id, server, fix, armed, intervalOnSeconds, settings }: SimulatedTracker): string =>
  [
    FIRMWARE,
    `ID:${id}`,
    `${server.host}:${server.port}`,
    `A:${settings.apn}`,
    `G:${fix.valid ? 'A' : 'V'}`,
    '4G:14',
    'PW:0-0',
    'BT:3578',
    'AC:0',
    'SP:60',
    `F:${intervalOnSeconds}`,
    'V:5988',
    `SF:${armed ? 1 : 0}`,
    'SD:1',
    'LBS:0',
  ].join('*')

export const st904l: Profile = {
  name: 'st904l',
  title: 'ST-904L: V1 text, CXZT separated by stars',
  defaultId: '9040000000',
  create: (tracker) => ({
    stores: true,
    report: () => send(encodeV1(tracker, bodyOf(tracker), tracker.cell)),
    command: (command) => answerCommon(tracker, command) ?? silence,
    text: createTexts(tracker, { firmware: FIRMWARE, cxzt: () => cxzt(tracker) }),
  }),
}
