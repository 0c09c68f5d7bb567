/**
 * A SinoTrack that switches its radio off to save power (PROTOCOL.md section 6.1, a user's notes): 30 s connected, 30 s not. A
 * command reaches it only while connected; what it measured in between comes with the next connection, bit 26 low.
 */
import { answerCommon } from '../commands.ts'
import { encodeV1 } from '../encode.ts'
import { send, silence, type Profile } from '../profile.ts'
import { createTexts, cxztLines } from '../texts.ts'
import { bodyOf } from '../simulated-tracker.ts'

const FIRMWARE = 'ST907_TQ_V_1.8 2022/03/01'

export const radioCycling: Profile = {
  name: 'radio-cycling',
  title: 'Connected half of the time: 30 s on, 30 s off',
  defaultId: '9170000001',
  create: (tracker) => ({
    stores: true,
    radio: { onSeconds: 30, offSeconds: 30 },
    report: () => send(encodeV1(tracker, bodyOf(tracker, [14]), tracker.cell)),
    command: (command) => answerCommon(tracker, command, [14]) ?? silence,
    text: createTexts(tracker, { firmware: FIRMWARE, cxzt: () => cxztLines(tracker, FIRMWARE) }),
  }),
}
