import type { Status } from './message.ts'
import { hexOf, lengthOf, type Fields } from './fields.ts'

/**
 * What a bit means when it is 0 (all bits are active low). `alarm`: worth a notification when it appears; `state`: a
 * condition; `unused`: no document gives it a meaning. Confidence as in PROTOCOL.md section 3.1: `certain` where vendor
 * documents and captures agree, `likely` with one good source, `unsure` where sources contradict each other.
 */
export type StatusBit = {
  readonly bit: number
  readonly name: string
  readonly meaning: string
  readonly kind: 'alarm' | 'state' | 'unused'
  readonly confidence: 'certain' | 'likely' | 'unsure'
}

const bit = (
  bit: number,
  name: string,
  meaning: string,
  kind: StatusBit['kind'],
  confidence: StatusBit['confidence'],
): StatusBit => Object.freeze({ bit, name, meaning, kind, confidence })

/**
 * Indexed by bit number. The tables of vendors differ, and frames do not say which one applies: a model may override
 * rows.
 */
export const statusBits: readonly StatusBit[] = Object.freeze([
  bit(0, 'theft', 'theft or illegal door; some trackers: vibration', 'alarm', 'unsure'),
  bit(1, 'sos', 'SOS button', 'alarm', 'certain'),
  bit(2, 'overspeed', 'overspeed', 'alarm', 'certain'),
  bit(3, 'illegal-start', 'engine started without permission', 'alarm', 'likely'),
  bit(4, 'fence-in', 'entered the fence', 'alarm', 'likely'),
  bit(5, 'antenna-open', 'GPS antenna open; 4G trackers: low battery', 'alarm', 'unsure'),
  bit(6, 'antenna-short', 'GPS antenna short; 4G trackers: low battery', 'alarm', 'unsure'),
  bit(7, 'fence-out', 'left the fence', 'alarm', 'likely'),
  bit(8, 'door-open', 'door open', 'state', 'likely'),
  bit(9, 'armed', 'armed', 'state', 'certain'),
  // A tracker without a connected ACC wire reports "off" while it drives (vectors eus-*). Motion is derived from the
  // speed.
  bit(10, 'acc-off', 'ignition (ACC) off', 'state', 'certain'),
  bit(11, 'low-power', 'low power; some trackers: crash', 'alarm', 'unsure'),
  bit(12, 'battery-bad', 'battery bad on older trackers', 'state', 'unsure'),
  bit(13, 'engine-running', 'engine running', 'state', 'likely'),
  // SinoTrack trackers always clear it.
  bit(14, 'user-alarm', 'user-defined alarm', 'state', 'unsure'),
  bit(15, 'overspeed-state', 'driving above the limit', 'state', 'likely'),
  bit(16, 'gps-fault', 'GPS receiver fault', 'state', 'likely'),
  bit(17, 'vibration', 'vibration', 'alarm', 'likely'),
  bit(18, 'tilt', 'tilt; Traccar: SOS', 'state', 'unsure'),
  bit(19, 'power-cut', 'external power cut, running on the backup battery', 'alarm', 'likely'),
  bit(20, 'battery-removed', 'battery removed; some trackers: charging', 'state', 'unsure'),
  bit(21, 'antenna-open-old', 'GPS antenna open on older trackers', 'state', 'unsure'),
  bit(22, 'antenna-short-old', 'GPS antenna short on older trackers', 'state', 'unsure'),
  bit(23, 'low-battery', 'low battery', 'state', 'unsure'),
  bit(24, 'temperature', 'temperature', 'state', 'unsure'),
  bit(25, 'moved', 'moved while parked (displacement)', 'alarm', 'likely'),
  // Several trackers set it in every frame, so stored frames are recognized by their fix time.
  bit(26, 'stored-record', 'record kept while offline', 'state', 'unsure'),
  bit(27, 'fuel-cut', 'fuel or power of the engine is cut', 'state', 'certain'),
  bit(28, 'power-off', 'main power off', 'alarm', 'likely'),
  bit(29, 'bit-29', 'sensor on older trackers', 'unused', 'unsure'),
  bit(30, 'bit-30', 'sensor on older trackers', 'unused', 'unsure'),
  bit(31, 'bit-31', 'sensor on older trackers', 'unused', 'unsure'),
])

/**
 * A cache of decoded status words: a fleet repeats a few dozen of them. Without it, decoding a V1 frame takes twice as
 * long (`npm run bench codec`).
 */
const SLOTS = 256
const SLOT_SHIFT = 24
const kept: (Status | undefined)[] = Array.from({ length: SLOTS }, () => undefined)

const makeStatus = (bits: number): Status => {
  const clear: number[] = []
  for (let i = 0; i < 32; i++) if (((bits >>> i) & 1) === 0) clear.push(i)
  const word = bits.toString(16).toUpperCase().padStart(8, '0')
  return Object.freeze({ word, bits, clear: Object.freeze(clear) })
}

/** The status of 32 bits given as an unsigned number. */
export const toStatus = (bits: number): Status => {
  const slot = Math.imul(bits, 0x9e3779b1) >>> SLOT_SHIFT
  const known = kept[slot]
  if (known !== undefined && known.bits === bits) return known
  return (kept[slot] = makeStatus(bits))
}

export const isStatus = (fields: Fields, at: number): boolean =>
  lengthOf(fields, at) === 8 && hexOf(fields, at) !== null

/** Reads exactly eight hex digits in either case; null if the field is anything else. */
export const readStatus = (fields: Fields, at: number): Status | null => {
  const bits = lengthOf(fields, at) === 8 ? hexOf(fields, at) : null
  return bits === null ? null : toStatus(bits)
}
