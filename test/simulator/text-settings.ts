/**
 * Text commands that set something: `<code><password><value>` (PROTOCOL.md section 5.3). A wrong password or an invalid value is
 * not answered. Answers are `SET OK` unless said otherwise.
 */
import type { SimulatedTracker } from './simulated-tracker.ts'

/** `gone`: it answers, and then cannot be reached any more. */
type SettingAnswer = { readonly text: string; readonly gone?: true }

type Setting = {
  readonly code: string
  readonly value: RegExp
  /** The answer, if it is not `SET OK`; null if the value is not accepted. */
  readonly set: (tracker: SimulatedTracker, ...values: string[]) => void | null | SettingAnswer
}

const nothing = /^$/
const number = /^ ?(\d+)$/
const okay: SettingAnswer = { text: 'SET OK' }
const SHORTEST_INTERVAL = 10
const LONGEST_INTERVAL = 18_000

const mileage = ({ mileageKm }: SimulatedTracker): SettingAnswer => ({
  text: `MILEAGE STATISTICS:ON,CURRENT TOTAL MILEAGE:${Math.floor(mileageKm * 1_000)}`,
})

const table: readonly Setting[] = [
  {
    code: '805',
    value: number,
    set(tracker, seconds) {
      if (Number(seconds) < SHORTEST_INTERVAL || Number(seconds) > LONGEST_INTERVAL) return null
      tracker.intervalOnSeconds = Number(seconds)
    },
  },
  {
    code: '809',
    value: number,
    set(tracker, seconds) {
      if (Number(seconds) < 1 || Number(seconds) > LONGEST_INTERVAL) return null
      tracker.intervalOffSeconds = Number(seconds)
    },
  },
  {
    code: '803',
    value: /^ ?(\S+)(?: (\S+) (\S+))?$/,
    set({ settings }, apn = '', user = '', password = '') {
      Object.assign(settings, { apn, apnUser: user, apnPassword: password })
    },
  },
  {
    code: '896',
    value: /^ ?([EW]\d{2}(?:\d{2})?)$/,
    set({ settings }, zone = '') {
      settings.timeZone = zone
      return { text: `TIME ZONE SET OK, CURRENT: ${zone}` }
    },
  },
  { code: '710', value: nothing, set: () => {} },
  // SMS mode: no mobile data until an SMS switches it on.
  { code: '700', value: nothing, set: () => ({ ...okay, gone: true }) },
  {
    code: '669',
    value: nothing,
    set: ({ fix }) => ({
      text: fix.valid
        ? `Lat:${fix.latitude.toFixed(6)},Lon:${fix.longitude.toFixed(6)},Speed:${fix.speedKnots.toFixed(2)}`
        : 'NO GPS',
    }),
  },
  { code: '011', value: nothing, set: ({ settings }) => void (settings.powerAlarm = true) },
  { code: '010', value: nothing, set: ({ settings }) => void (settings.powerAlarm = false) },
  { code: '122', value: number, set: ({ settings }, kmh) => void (settings.overspeedKmh = Number(kmh)) },
  {
    code: '142',
    value: /^(?:M(\d+))?$/,
    set: (tracker, metres = '0') => void (tracker.mileageKm = Number(metres) / 1_000),
  },
  { code: '143', value: nothing, set: mileage },
  { code: '211', value: nothing, set: ({ settings }) => void (settings.fenceOn = true) },
  { code: '210', value: nothing, set: ({ settings }) => void (settings.fenceOn = false) },
  { code: '005', value: number, set: ({ settings }, metres) => void (settings.fenceMetres = Number(metres)) },
  {
    code: '181',
    value: /^T(\d+)$/,
    set: ({ settings }, seconds) => void (settings.vibrationSeconds = Number(seconds)),
  },
  { code: '180', value: nothing, set: ({ settings }) => void (settings.vibrationSeconds = 0) },
  {
    code: 'SLEEP',
    value: number,
    set: ({ settings }, minutes) => void (settings.sleepMinutes = Number(minutes)),
  },
  { code: '940', value: nothing, set: (tracker) => void (tracker.relayCut = true) },
  { code: '941', value: nothing, set: (tracker) => void (tracker.relayCut = false) },
]

/** The answer to a text that sets something; null if the tracker does not answer. */
export function answerSetting(tracker: SimulatedTracker, text: string): SettingAnswer | null {
  const { settings } = tracker
  for (const { code, value, set } of table) {
    const start = code + settings.password
    const match = text.startsWith(start) ? value.exec(text.slice(start.length)) : null
    if (match === null) continue
    const answer = set(tracker, ...match.slice(1))
    return answer === undefined ? okay : answer
  }
  return changePassword(tracker, text) ?? setPhone(tracker, text)
}

/** `777<new><old>` */
function changePassword({ settings }: SimulatedTracker, text: string): SettingAnswer | null {
  const [, both = ''] = /^777(\d+)$/.exec(text) ?? []
  const next = both.slice(0, -settings.password.length)
  if (!both.endsWith(settings.password) || next.length < 4 || next.length > 6) return null
  settings.password = next
  return okay
}

/** `<phone><password> <place>`; a phone number is longer than any code. */
function setPhone({ settings }: SimulatedTracker, text: string): SettingAnswer | null {
  const [, digits = '', place] = /^(\+?\d+) ([123])$/.exec(text) ?? []
  const phone = digits.slice(0, -settings.password.length)
  if (place === undefined || !digits.endsWith(settings.password) || phone.length < 6) return null
  settings.phones[Number(place) - 1] = phone
  return okay
}
