/**
 * ST-906L, TQ firmware of 2024-06-07 (PROTOCOL.md §5.3, §5.4; vectors cap-cxzt-reply, cap-rconf-906-style; forum
 * thread "Sinotrack ST-906L H02 protocol and GPRS commands"). V1 with a decimal cell; the first frame after a connect
 * has bit 26 low; bit 14 is low in every frame. S71 is ignored, RCONF answers only after a RESTART, 804 always
 * reboots. Frames it could not send are stored and come later with bit 26 low.
 */
import { answerCommon, setIntervalByText, setServerByText } from '../commands.ts'
import { encodeSms, encodeV1 } from '../encode.ts'
import { send, silence, type Act, type Profile } from '../profile.ts'
import { bodyOf, type Unit } from '../unit.ts'

const CLEAR = [14]

const cxzt = (unit: Unit): string =>
  [
    'ST906(70SACD)_TQ_V_2.0 2024/06/07',
    `ID:${unit.id}`,
    `IP:${unit.server.host} ${unit.server.port}`,
    `UT:${unit.intervalOnSeconds},${unit.intervalOffSeconds},300`,
    `VOLT:${unit.volts.toFixed(1)}V`,
    'APN:internet.example.com',
    `GPS:${unit.fix.valid ? 'A' : 'V'}-22-${unit.fix.satellites}`,
    'GSM:26',
  ].join('\n')

const rconf = (unit: Unit): string =>
  [
    `ID:${unit.id}`,
    'UP:0000',
    'U1:',
    'MODE:GPRS',
    'POWER ALARM:ON',
    'APN:internet.example.com,,',
    `IP:${unit.server.host},${unit.server.port}`,
    `GPRS UPLOAD TIME:${unit.intervalOnSeconds}`,
    'TIME ZONE:E00',
  ].join(',')

export const st906l: Profile = {
  name: 'st906l',
  title: 'ST-906L: V1 text, V4 and SMS replies',
  defaultId: '9170000000',
  create(unit) {
    let restarted = false
    let firstReport = true
    const say = (text: string): Act => send(encodeSms(unit, text))

    return {
      stores: true,
      connected() {
        firstReport = true
        return silence
      },
      report() {
        unit.late ||= firstReport
        firstReport = false
        return send(encodeV1(unit, bodyOf(unit, CLEAR), unit.cell))
      },
      command: (command) => answerCommon(unit, command, CLEAR) ?? silence,
      text(text) {
        if (text === 'CXZT') return say(cxzt(unit))
        if (text === 'RCONF') return restarted ? say(rconf(unit)) : silence
        if (text === 'RESTART' || text === 'CQ') {
          restarted = true
          return { frames: [], after: 'reboot' }
        }
        if (setServerByText(unit, text)) return { frames: [], after: 'reboot' }
        if (setIntervalByText(unit, text)) return say('SET OK')
        if (text === '9400000' || text === '9410000') {
          unit.relayCut = text === '9400000'
          return say('SET OK')
        }
        return silence
      },
    }
  },
}
