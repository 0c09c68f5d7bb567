/** Plain-text commands of SinoTrack firmware (PROTOCOL.md §5.3). Answers are SMS frames that name no command. */
import { setIntervalByText, setServerByText } from './commands.ts'
import { encodeSms } from './encode.ts'
import { send, silence, type Act } from './profile.ts'
import type { Unit } from './unit.ts'

const reboot: Act = { frames: [], after: 'reboot' }

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

/** `cxzt`: the status text, which every firmware words in its own way. RCONF stays silent until a RESTART. */
export function createTexts(unit: Unit, cxzt: () => string): (text: string) => Act {
  let restarted = false
  const say = (text: string): Act => send(encodeSms(unit, text))

  return (text) => {
    switch (text) {
      case 'CXZT':
        return say(cxzt())
      case 'RCONF':
        return restarted ? say(rconf(unit)) : silence
      case 'RESTART':
      case 'CQ':
        restarted = true
        return reboot
      case '9400000':
      case '9410000':
        unit.relayCut = text === '9400000'
        return say('SET OK')
      default:
        if (setServerByText(unit, text)) return reboot
        return setIntervalByText(unit, text) ? say('SET OK') : silence
    }
  }
}

/** CXZT in lines, as in vector cap-cxzt-reply. */
export const cxztLines = (unit: Unit, firmware: string): string =>
  [
    firmware,
    `ID:${unit.id}`,
    `IP:${unit.server.host} ${unit.server.port}`,
    `UT:${unit.intervalOnSeconds},${unit.intervalOffSeconds},300`,
    `VOLT:${unit.volts.toFixed(1)}V`,
    'APN:internet.example.com',
    `GPS:${unit.fix.valid ? 'A' : 'V'}-22-${unit.fix.satellites}`,
    'GSM:26',
  ].join('\n')
