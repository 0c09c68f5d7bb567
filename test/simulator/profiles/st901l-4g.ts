/**
 * ST-901L 4G, TQ generation (PROTOCOL.md sections 2.4, 4; vendor document "SinoTrack Protocol NEW-EN"; TC#5596, #5597): V6 once
 * after boot, then V8. It keeps every frame until R12 comes, and repeats it: without acks old frames pile up.
 */
import { answerCommon } from '../commands.ts'
import { encodeV6, encodeV8 } from '../encode.ts'
import { send, silence, type Profile } from '../profile.ts'
import { createTexts, cxztLines } from '../texts.ts'
import { bodyOf } from '../simulated-tracker.ts'

const ICCID = '8944501311217563382F'

const FIRMWARE = 'ST901L(4G)_TQ_V_1.3 2023/11/20'

export const st901l4g: Profile = {
  name: 'st901l-4g',
  title: 'ST-901L 4G: V6 at boot, then V8, each repeated until R12',
  defaultId: '9001000000',
  create: (tracker) => ({
    keepsUntilAcked: true,
    connected: (booted) => (booted ? send(encodeV6(tracker, bodyOf(tracker), tracker.cell, ICCID)) : silence),
    report: () =>
      send(
        encodeV8(tracker, bodyOf(tracker), tracker.cell, {
          satellites: tracker.fix.satellites,
          csq: 26,
          volts: tracker.volts,
          batteryPercent: 95,
        }),
      ),
    command: (command) => answerCommon(tracker, command) ?? silence,
    text: createTexts(tracker, { firmware: FIRMWARE, cxzt: () => cxztLines(tracker, FIRMWARE) }),
  }),
}
