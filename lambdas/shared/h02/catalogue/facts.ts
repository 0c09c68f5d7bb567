/** The facts about a tracker in its messages (PROTOCOL.md sections 2.4, 2.7, 5.7). */
import type { Message } from '../message.ts'
import { decodeLatin1 } from './decode-text.ts'
import { contentOf } from './reply-content.ts'
import type { ProbeFacts } from './types.ts'

type Writable = { -readonly [Key in keyof ProbeFacts]: ProbeFacts[Key] }

export function readFacts(message: Message): ProbeFacts {
  switch (message.type) {
    case 'SMS':
      return readText(decodeLatin1(message.reply?.result ?? ''))
    case 'V4':
      return message.reply?.command === 'CMD'
        ? readText(decodeLatin1(message.reply.result ?? ''))
        : readMileage(message)
    case 'LINK':
    case 'V6':
    case 'V8':
    case 'V19':
    case 'ICCID':
      return readHealth(message)
    default:
      return {}
  }
}

function readHealth({ iccid, voltage, batteryPercent, gsm, satellites }: Message): ProbeFacts {
  return present({
    iccid: iccid ?? undefined,
    voltage: voltage ?? undefined,
    batteryPercent: batteryPercent ?? undefined,
    gsm: gsm ?? undefined,
    satellites: satellites ?? undefined,
  })
}

type Loose = { readonly [Key in keyof ProbeFacts]?: ProbeFacts[Key] | undefined }

/** Removes undefined values. */
const present = (facts: Loose): ProbeFacts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))

/** S32 is answered with the mileage. */
function readMileage({ details }: Message): ProbeFacts {
  const metres = details['mileageMeters']
  return typeof metres === 'number' ? { mileageMetres: metres } : {}
}

function readText(text: string): ProbeFacts {
  const { kind } = contentOf(text)
  if (kind === 'alarm' || kind === 'error') return {}
  if (kind === 'firmware') return readFirmware(text)
  return /\*ID:/.test(text) ? readStars(text) : readPairs(text)
}

/** A longer line is not accepted as a firmware name, because these names are keys of the evidence. */
const MAX_FIRMWARE_LENGTH = 80

/** `ST906(70SACD)_TQ_V_2.0` is an ST906, `XM_GT09_SW_33.0` a GT09; other beginnings contain no known model. */
function readFirmware(line: string): ProbeFacts {
  const firmware = line.trim().replace(/\s+/g, ' ')
  if (firmware === '' || firmware.length > MAX_FIRMWARE_LENGTH || !/^[ -~]+$/.test(firmware)) return {}
  const sinoTrack = /^ST-?(\d{3}[A-Z]{0,2})(?![A-Z0-9])/i.exec(firmware)?.[1]
  const clone = /(?:^|_)(GT\d{2})(?![0-9])/i.exec(firmware)?.[1]?.toUpperCase()
  return present({ firmware, model: sinoTrack === undefined ? clone : `ST${sinoTrack.toUpperCase()}` })
}

/** RCONF begins with the model, sometimes with a version: `ST-901/4G,…`, `ST-904:V5.42,…`. */
function readConfigHead(text: string): ProbeFacts {
  const head = /^\s*ST-?(\d{3}[A-Z]{0,2}(?:\/\d?[A-Z]+)?)(?::([!-+\--~]{1,32}))?[ \t]*(?=[,\n])/i.exec(text)
  return present({ model: head?.[1] && `ST${head[1].toUpperCase()}`, firmware: head?.[2] })
}

/** `W07_ENSMS_10D6J_B39_V5.42-TQ*ID:917…*host:8090*A:apn*G:V*4G:14*…*F:30*…` (ST-904L, vector cap-cxzt-star-form). */
function readStars(text: string): ProbeFacts {
  const [firmware = '', ...parts] = text.split('*').map((part) => part.trim())
  const facts: Writable = { ...readFirmware(firmware) }
  for (const [at, part] of parts.entries()) {
    const [, key = '', value = ''] = /^([^:]*):(.*)$/s.exec(part) ?? []
    // The server has no key: it follows the id.
    if (at === 1 && /^\d{1,5}$/.test(value)) Object.assign(facts, readServer(key, value))
    else Object.assign(facts, starReaders.get(key)?.(value))
  }
  return facts
}

type PairReader = (value: string) => ProbeFacts

const readServer = (host: string, port: string): ProbeFacts => {
  const serverPort = toInteger(port, 1, 65_535)
  return host !== '' && serverPort !== undefined ? { serverHost: host, serverPort } : {}
}

const toInteger = (value: string | undefined, min: number, max: number): number | undefined => {
  if (value === undefined || !/^\s*\d{1,9}\s*$/.test(value)) return undefined
  const number = Number(value)
  return number >= min && number <= max ? number : undefined
}

const isOff = (value: string): boolean => /^\s*OFF\s*$/i.test(value)
const secondsOf = (value: string | undefined): number | undefined => toInteger(value, 1, 999_999)
const idOf: PairReader = (value) => present({ deviceId: /^\s*(\d{5,20})\s*$/.exec(value)?.[1] })
const apnOf: PairReader = (value) => present({ apn: /^[^,\s*]+/.exec(value.trim())?.[0] })
const fixOf: PairReader = (value) => (/^\s*[AV]/i.test(value) ? { gpsFix: /^\s*A/i.test(value) } : {})
const gsmOf: PairReader = (value) => present({ gsm: toInteger(value, 0, 100) })

const percentOf: PairReader = (value) =>
  present({ batteryPercent: toInteger(value.replace(/%\s*$/, ''), 0, 100) })
const mileageOf: PairReader = (value) => present({ mileageMetres: toInteger(value, 0, 999_999_999) })
/** One interval (ignition on), or two (ignition on, ignition off). */
const intervalsOf: PairReader = (value) => {
  const [, on, off] = /^\s*(\d+)(?:\s*,\s*(\d+)\s*$)?/.exec(value) ?? []
  return present({ intervalOnSeconds: secondsOf(on), intervalOffSeconds: secondsOf(off) })
}

/** BT, V, SP, SF and SD are left out, because their meaning is unknown. */
const starReaders: ReadonlyMap<string, PairReader> = new Map([
  ['ID', idOf],
  ['A', apnOf],
  ['G', fixOf],
  ['4G', gsmOf],
  ['F', (value) => present({ intervalOnSeconds: secondsOf(value) })],
])

const pairReaders: ReadonlyMap<string, PairReader> = new Map<string, PairReader>([
  ['ID', idOf],
  ['IMEI', idOf],
  ['APN', apnOf],
  ['GSM', gsmOf],
  [
    'IP',
    (value) => {
      const [, host = '', port = ''] = /^\s*([^\s,:]+)[\s,:]+(\d{1,5})\b/.exec(value) ?? []
      return readServer(host, port)
    },
  ],
  [
    // UT:30,600,1800 is ACC on, ACC off, heartbeat (PROTOCOL.md section 1.7).
    'UT',
    (value) => {
      const [on, off, heartbeat] = value.split(',')
      return present({
        intervalOnSeconds: secondsOf(on),
        intervalOffSeconds: secondsOf(off),
        heartbeatSeconds: secondsOf(heartbeat),
      })
    },
  ],
  ['GPRS UPLOAD TIME', intervalsOf],
  ['UPLOAD TIME', intervalsOf],
  ['GPRS UPLOAD TIME 1', (value) => present({ intervalOnSeconds: secondsOf(value) })],
  ['GPRS UPLOAD TIME 2', (value) => present({ intervalOffSeconds: secondsOf(value) })],
  [
    'VOLT',
    (value) => {
      const volts = /^\s*(\d{1,2}(?:\.\d+)?)\s*V?\s*$/i.exec(value)?.[1]
      return present({ voltage: volts === undefined ? undefined : Number(volts) })
    },
  ],
  ['BAT', percentOf],
  // The firmware contains this misspelling.
  ['BATTYER', percentOf],
  ['BATTERY', percentOf],
  ['CURRENT TOTAL MILEAGE', mileageOf],
  ['TOTAL MILEAGE', mileageOf],
  [
    // A-22-20: valid or not, satellites in view, satellites used.
    'GPS',
    (value) => present({ ...fixOf(value), satellites: toInteger(/-(\d+)\s*$/.exec(value)?.[1], 0, 99) }),
  ],
  ['ICCID', (value) => present({ iccid: /^\s*(\d{18,20}[0-9A-F]?)\s*$/i.exec(value)?.[1] })],
  ['MODE', (value) => present({ mode: /^\s*([A-Z0-9]+(?:-[A-Z0-9]+)*)/i.exec(value)?.[1]?.toUpperCase() })],
  ['TIME ZONE', (value) => present({ timeZone: zoneIn(value) })],
  ['CURRENT', (value) => present({ timeZone: zoneIn(value) })],
  [
    'POWER ALARM',
    (value) => (/^\s*(?:ON|OFF)\b/i.test(value) ? { powerAlarmOn: /^\s*ON\b/i.test(value) } : {}),
  ],
  // For these only OFF is recorded: their value when they are on is not known for certain.
  ['OVER SPEED', (value) => (isOff(value) ? { overspeedAlarmOn: false } : {})],
  ['SLEEP', (value) => (isOff(value) ? { sleepOn: false } : {})],
])

/** `E08`, `W0530`; or hours east of Greenwich as a number (`0.0`, `5.5`, `-3`), converted to the same form. */
const zoneIn = (value: string): string | undefined => {
  const named = /^\s*([EW]\d{2}(?:\d{2})?)(?!\d)/i.exec(value)?.[1]
  if (named !== undefined) return named.toUpperCase()
  const hours = Number(/^\s*([+-]?\d{1,2}(?:\.\d{1,2})?)\s*$/.exec(value)?.[1])
  if (Number.isNaN(hours) || Math.abs(hours) > MAX_ZONE_HOURS) return undefined
  const minutes = Math.round(Math.abs(hours) * 60)
  const [whole, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'))
  return `${hours < 0 ? 'W' : 'E'}${whole}${rest === '00' ? '' : rest}`
}
const MAX_ZONE_HOURS = 14

/** A key is the beginning of a line or part, up to its colon; its value ends before the next key. */
const keyPattern = /(?<=^|[\n,])[ \t\r]*([A-Za-z][A-Za-z0-9 ]{0,24}):/g

/**
 * `KEY:value` in lines (CXZT) or separated by commas (RCONF), values may contain commas; the firmware or model comes
 * before the first key.
 */
function readPairs(text: string): ProbeFacts {
  const keys = [...text.matchAll(keyPattern)]
  const first = text.slice(0, keys[0]?.index ?? 0)
  const facts: Writable = { ...(first.includes('\n') ? readFirmware(first) : readConfigHead(text)) }
  for (const [at, key] of keys.entries()) {
    const from = key.index + key[0].length
    const value = text.slice(from, keys[at + 1]?.index ?? text.length).replace(/[\s,]+$/, '')
    Object.assign(facts, pairReaders.get((key[1] ?? '').trim().toUpperCase())?.(value))
  }
  return withBatteryLevel(facts)
}

/** `BAT:5` of a GT09 clone is a level from 0 to 5. */
function withBatteryLevel({ batteryPercent, ...facts }: ProbeFacts): ProbeFacts {
  if (batteryPercent === undefined) return facts
  const isLevel = facts.model?.startsWith('GT') === true && batteryPercent <= MAX_BATTERY_LEVEL
  return { ...facts, ...(isLevel ? { batteryLevel: batteryPercent } : { batteryPercent }) }
}
const MAX_BATTERY_LEVEL = 5
