import type { Body, Cell, Sender } from './encode.ts'
import type { Record } from './encode-record.ts'
import { createRandom, wholeBetween, type Random } from './random.ts'
import { createRoute, type Ignition, type Place, type Route } from './route.ts'
import type { Fix } from './route.ts'
import { createSettings, type Secrets, type Settings } from './settings.ts'

/** The simulated hardware, which every profile reads and sets. */
export type SimulatedTracker = Sender & {
  readonly random: Random
  /** Decides at random whether an action fails. */
  readonly luck: Random
  readonly route: Route
  readonly cell: Cell
  /** Device clock at the frame being made, ms since 1970. */
  clock: number
  fix: Fix
  relayCut: boolean
  armed: boolean
  ignitionOn: boolean
  /** The frame being made will be sent later, or is the first after a connect (bit 26). */
  late: boolean
  /** How often a report was made. */
  reports: number
  record: number
  mileageKm: number
  volts: number
  intervalOnSeconds: number
  intervalOffSeconds: number
  server: { host: string; port: number }
  readonly settings: Settings
}

export type SimulatedTrackerOptions = {
  readonly id: string
  readonly seed: number
  readonly start?: Place
  readonly ignition?: Ignition
  readonly intervalSeconds: number
  readonly server: { readonly host: string; readonly port: number }
  readonly secrets?: Secrets
}

export function createSimulatedTracker({
  id,
  seed,
  start,
  ignition,
  intervalSeconds,
  server,
  secrets,
}: SimulatedTrackerOptions): SimulatedTracker {
  const random = createRandom(seed ^ 0x5bd1e995)
  const route = createRoute(seed, start, ignition)
  return {
    maker: 'HQ',
    id,
    random,
    luck: createRandom(seed ^ 0x3c6ef372),
    route,
    cell: {
      mcc: 293,
      mnc: 40,
      lac: wholeBetween(random, 1000, 9999),
      cid: wholeBetween(random, 1000, 59_999),
    },
    clock: 0,
    fix: route.advance(0),
    relayCut: false,
    armed: false,
    ignitionOn: route.ignitionOn,
    late: false,
    reports: 0,
    record: wholeBetween(random, 0, 255),
    mileageKm: wholeBetween(random, 100, 90_000),
    volts: 12.6,
    intervalOnSeconds: intervalSeconds,
    intervalOffSeconds: intervalSeconds,
    server: { ...server },
    settings: createSettings(secrets),
  }
}

/** Moves the car and the clock. */
export function moveOn(tracker: SimulatedTracker, seconds: number, clock: number): void {
  tracker.fix = tracker.route.advance(seconds)
  tracker.ignitionOn = tracker.route.ignitionOn
  tracker.mileageKm += (tracker.fix.speedKnots * 1.852 * seconds) / 3600
  tracker.volts = tracker.ignitionOn ? 13.8 + Math.round(tracker.random() * 4) / 10 : 12.6
  tracker.clock = clock
}

export const intervalOf = (tracker: SimulatedTracker): number =>
  tracker.ignitionOn ? tracker.intervalOnSeconds : tracker.intervalOffSeconds

const CUT = 27
const LATE = 26
const ACC_OFF = 10
const ARMED = 9

/** All bits are active low (PROTOCOL.md section 3.1). `clear`: bits this tracker has low always. */
export const statusWord = (tracker: SimulatedTracker, clear: readonly number[] = []): string => {
  let word = 0xffffffff
  const low = (bit: number, holds: boolean): void => {
    if (holds) word = (word & ~(1 << bit)) >>> 0
  }
  for (const bit of clear) low(bit, true)
  low(CUT, tracker.relayCut)
  low(LATE, tracker.late)
  low(ACC_OFF, !tracker.ignitionOn)
  low(ARMED, tracker.armed)
  return word.toString(16).toUpperCase().padStart(8, '0')
}

export const bodyOf = (tracker: SimulatedTracker, clear?: readonly number[]): Body => ({
  fixTime: tracker.clock,
  fix: tracker.fix,
  status: statusWord(tracker, clear),
})

/** A binary record of now; the record number rises by one. */
export const recordOf = (tracker: SimulatedTracker, clear?: readonly number[]): Record => {
  tracker.record = (tracker.record + 1) & 0xff
  return {
    ...bodyOf(tracker, clear),
    id: tracker.id,
    cell: tracker.cell,
    record: tracker.record,
    battery: 6,
    gsm: 21,
    mileageKm: Math.floor(tracker.mileageKm),
    volts: tracker.volts,
  }
}
