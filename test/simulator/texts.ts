/** Plain-text commands of SinoTrack firmware (PROTOCOL.md section 5.3). Answers are SMS frames that name no command. */
import { encodeSms } from './encode.ts'
import { send, silence, type Act } from './profile.ts'
import { answerSetting } from './text-settings.ts'
import type { SimulatedTracker } from './simulated-tracker.ts'

type TextOptions = {
  /** The answer to QZXT. */
  readonly firmware: string
  /** The status text, which every firmware words in its own way. */
  readonly cxzt: () => string
  /** This share of RESTARTs does nothing (PROTOCOL.md section 5.4: "sometimes fails"). */
  readonly restartFails?: number
}

const reboot: Act = { frames: [], after: 'reboot' }
const onOff = (on: boolean): string => (on ? 'ON' : 'OFF')
const phonesOf = ({ settings }: SimulatedTracker): string[] =>
  settings.phones.map((phone, n) => `U${n + 1}:${phone}`)

/** As in vector cap-rconf-906-style: with the password, the phone numbers and the APN's password. */
const rconf = (tracker: SimulatedTracker): string => {
  const { settings, server } = tracker
  return [
    `ID:${tracker.id}`,
    `UP:${settings.password}`,
    ...phonesOf(tracker),
    'MODE:GPRS',
    `POWER ALARM:${onOff(settings.powerAlarm)}`,
    `VIBRATION:${settings.vibrationSeconds}`,
    `OVER SPEED:${settings.overspeedKmh || 'OFF'}`,
    `FENCE:${onOff(settings.fenceOn)} ${settings.fenceMetres}`,
    `SLEEP:${settings.sleepMinutes || 'OFF'}`,
    `APN:${settings.apn},${settings.apnUser},${settings.apnPassword}`,
    `IP:${server.host},${server.port}`,
    `GPRS UPLOAD TIME:${tracker.intervalOnSeconds}`,
    `TIME ZONE:${settings.timeZone}`,
  ].join(',')
}

/** RCONF stays silent until a RESTART that worked. */
export function createTexts(
  tracker: SimulatedTracker,
  { firmware, cxzt, restartFails = 0 }: TextOptions,
): (text: string) => Act {
  let restarted = false
  const say = (text: string): Act => send(encodeSms(tracker, text))

  const answer = (text: string): Act => {
    const [, place] = /^D10([123])#$/.exec(text) ?? []
    if (place !== undefined) {
      tracker.settings.phones[Number(place) - 1] = ''
      return say('SET OK')
    }
    if (setServer(tracker, text)) return reboot
    const set = answerSetting(tracker, text)
    if (set === null) return silence
    return { ...say(set.text), ...(set.gone && { after: 'gone' as const }) }
  }

  return (text) => {
    switch (text) {
      case 'CXZT':
        return say(cxzt())
      case 'QZXT':
        return say(firmware)
      case 'C10#':
        return say(phonesOf(tracker).join(','))
      case 'RCONF':
        return restarted ? say(rconf(tracker)) : silence
      case 'RESTART':
      case 'CQ':
        if (tracker.luck() < restartFails) return silence
        restarted = true
        return reboot
      case 'RESET':
        // Factory defaults know neither this network nor this server.
        return { frames: [], after: 'gone' }
      default:
        return answer(text)
    }
  }
}

/** `8040000 ip port`: the tracker takes addresses only, and reboots even if nothing changed. */
function setServer(tracker: SimulatedTracker, text: string): boolean {
  const start = `804${tracker.settings.password}`
  if (!text.startsWith(start)) return false
  const [, host, port] = /^ ?(\d+\.\d+\.\d+\.\d+)[ ,](\d+)$/.exec(text.slice(start.length)) ?? []
  if (host === undefined || Number(port) > 65_535) return false
  tracker.server = { host, port: Number(port) }
  return true
}

/** CXZT in lines, as in vector cap-cxzt-reply. */
export const cxztLines = (tracker: SimulatedTracker, firmware: string): string =>
  [
    firmware,
    `ID:${tracker.id}`,
    `IP:${tracker.server.host} ${tracker.server.port}`,
    `UT:${tracker.intervalOnSeconds},${tracker.intervalOffSeconds},300`,
    `VOLT:${tracker.volts.toFixed(1)}V`,
    `APN:${tracker.settings.apn}`,
    `GPS:${tracker.fix.valid ? 'A' : 'V'}-22-${tracker.fix.satellites}`,
    'GSM:26',
  ].join('\n')
