/**
 * ST-906L, TQ firmware of 2024-06-07 (PROTOCOL.md sections 5.3, 5.4 and 5.7; vectors cap-cxzt-reply, cap-rconf-906-style; forum
 * thread "Sinotrack ST-906L H02 protocol and GPRS commands"). V1 with a decimal cell; the first frame after a connect
 * has bit 26 low; bit 14 is low in every frame. S71 is ignored, RCONF answers only after a RESTART, RESTART fails
 * now and then, 804 always reboots. Frames it could not send are stored and come later with bit 26 low.
 */
import { answerCommon } from '../commands.ts'
import { encodeV1 } from '../encode.ts'
import { send, silence, type Profile } from '../profile.ts'
import { createTexts, cxztLines } from '../texts.ts'
import { bodyOf } from '../simulated-tracker.ts'

const clear = [14]
const FIRMWARE = 'ST906(70SACD)_TQ_V_2.0 2024/06/07'
/** "Sometimes fails", the thread says. */
const RESTART_FAILS = 0.25

export const st906l: Profile = {
  name: 'st906l',
  title: 'ST-906L: V1 text, V4 and SMS replies',
  defaultId: '9170000000',
  create(tracker) {
    let firstReport = true
    return {
      stores: true,
      connected() {
        firstReport = true
        return silence
      },
      report() {
        tracker.late ||= firstReport
        firstReport = false
        return send(encodeV1(tracker, bodyOf(tracker, clear), tracker.cell))
      },
      command: (command) => answerCommon(tracker, command, clear) ?? silence,
      text: createTexts(tracker, {
        firmware: FIRMWARE,
        cxzt: () => cxztLines(tracker, FIRMWARE),
        restartFails: RESTART_FAILS,
      }),
    }
  },
}
