import type { Body, Cell, Sender } from './encode.ts'
import type { Record } from './encode-record.ts'
import { createRandom, wholeBetween, type Random } from './random.ts'
import { createRoute, type Ignition, type Place, type Route } from './route.ts'
import type { Fix } from './route.ts'
import { createSettings, type Secrets, type Settings } from './settings.ts'

/** The hardware below a firmware: what every profile reads and sets. */
export type Unit = Sender & {
  readonly random: Random
  /** Whether what may fail does. */
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

export type UnitOptions = {
  readonly id: string
  readonly seed: number
  readonly start?: Place
  readonly ignition?: Ignition
  readonly intervalSeconds: number
  readonly server: { readonly host: string; readonly port: number }
  readonly secrets?: Secrets
}

export function createUnit({
  id,
  seed,
  start,
  ignition,
  intervalSeconds,
  server,
  secrets,
}: UnitOptions): Unit {
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

/** The car drives on, the clock moves. */
export function moveOn(unit: Unit, seconds: number, clock: number): void {
  unit.fix = unit.route.advance(seconds)
  unit.ignitionOn = unit.route.ignitionOn
  unit.mileageKm += (unit.fix.speedKnots * 1.852 * seconds) / 3600
  unit.volts = unit.ignitionOn ? 13.8 + Math.round(unit.random() * 4) / 10 : 12.6
  unit.clock = clock
}

export const intervalOf = (unit: Unit): number =>
  unit.ignitionOn ? unit.intervalOnSeconds : unit.intervalOffSeconds

const CUT = 27
const LATE = 26
const ACC_OFF = 10
const ARMED = 9

/** All bits are active low (PROTOCOL.md section 3.1). `clear`: bits this unit has low always. */
export const statusWord = (unit: Unit, clear: readonly number[] = []): string => {
  let word = 0xffffffff
  const low = (bit: number, holds: boolean): void => {
    if (holds) word = (word & ~(1 << bit)) >>> 0
  }
  for (const bit of clear) low(bit, true)
  low(CUT, unit.relayCut)
  low(LATE, unit.late)
  low(ACC_OFF, !unit.ignitionOn)
  low(ARMED, unit.armed)
  return word.toString(16).toUpperCase().padStart(8, '0')
}

export const bodyOf = (unit: Unit, clear?: readonly number[]): Body => ({
  fixTime: unit.clock,
  fix: unit.fix,
  status: statusWord(unit, clear),
})

/** A binary record of now; the record number rises by one. */
export const recordOf = (unit: Unit, clear?: readonly number[]): Record => {
  unit.record = (unit.record + 1) & 0xff
  return {
    ...bodyOf(unit, clear),
    id: unit.id,
    cell: unit.cell,
    record: unit.record,
    battery: 6,
    gsm: 21,
    mileageKm: Math.floor(unit.mileageKm),
    volts: unit.volts,
  }
}
