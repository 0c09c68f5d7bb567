import { createRandom, wholeBetween } from './random.ts'

export type Fix = {
  readonly valid: boolean
  readonly latitude: number
  readonly longitude: number
  readonly speedKnots: number
  readonly course: number
  readonly satellites: number
}

export type Place = { readonly latitude: number; readonly longitude: number }

/** `route`: on while driving and at traffic lights, off while parked. */
export type Ignition = 'route' | 'on' | 'off'

export type Route = {
  /** Drives on for so many seconds. */
  readonly advance: (seconds: number) => Fix
  readonly ignitionOn: boolean
}

/** A round trip of about 11 km, in meters east and north of its start: streets, a ring road, streets again. */
const loop = [
  [0, 0, 30],
  [180, 420, 50],
  [650, 560, 50],
  [1100, 1300, 80],
  [2300, 1750, 90],
  [3300, 1200, 90],
  [3500, 150, 70],
  [2700, -650, 50],
  [1900, -600, 50],
  [1200, -900, 50],
  [500, -350, 30],
] as const

const METRES_PER_DEGREE = 111_320
const KMH_PER_KNOT = 1.852
const PICK_UP = 1.6
const BRAKE = 2.2

export const defaultStart: Place = { latitude: 46.0511, longitude: 14.5051 }

/**
 * A believable drive: it picks up and brakes, waits at some corners, parks now and then; now and then the receiver
 * loses its satellites, and coordinates and speed stay frozen while the car moves on (PROTOCOL.md section 3.2).
 */
export function createRoute(seed: number, start: Place = defaultStart, ignition: Ignition = 'route'): Route {
  const random = createRandom(seed)
  const turn = random() * 2 * Math.PI
  const metresPerDegreeEast = METRES_PER_DEGREE * Math.cos((start.latitude * Math.PI) / 180)
  let leg = 0
  let along = 0
  let speed = ignition === 'off' ? 0 : 8
  let waits = 0
  let parked = ignition === 'off'
  let voidReports = 0
  let course = 0
  let last: Fix | null = null

  const legAt = (n: number) => {
    const [east, north, kmh] = loop[n % loop.length]!
    const [nextEast, nextNorth] = loop[(n + 1) % loop.length]!
    const length = Math.hypot(nextEast - east, nextNorth - north)
    return {
      east,
      north,
      kmh,
      length,
      toEast: (nextEast - east) / length,
      toNorth: (nextNorth - north) / length,
    }
  }

  const corner = (): void => {
    along -= legAt(leg).length
    leg++
    const chance = random()
    if (leg % loop.length === 0 && chance < 0.5) {
      waits = wholeBetween(random, 240, 900)
      parked = ignition === 'route'
    } else if (chance < 0.4) waits = wholeBetween(random, 8, 55)
    if (waits > 0) speed = 0
  }

  const second = (): void => {
    if (ignition === 'off') return
    if (waits > 0) {
      if (--waits === 0) parked = false
      return
    }
    const { kmh, length } = legAt(leg)
    const left = length - along
    const wanted = Math.min(kmh / 3.6, Math.sqrt(2 * BRAKE * Math.max(left, 4)))
    speed = wanted > speed ? Math.min(wanted, speed + PICK_UP) : Math.max(wanted, speed - BRAKE)
    along += speed
    if (along >= length) corner()
  }

  const measure = (): Fix => {
    const { east, north, toEast, toNorth } = legAt(leg)
    const x = east + toEast * along
    const y = north + toNorth * along
    const eastward = x * Math.cos(turn) - y * Math.sin(turn)
    const northward = x * Math.sin(turn) + y * Math.cos(turn)
    if (speed > 0) course = (450 - ((Math.atan2(toNorth, toEast) + turn) * 180) / Math.PI) % 360
    return {
      valid: true,
      latitude: start.latitude + northward / METRES_PER_DEGREE,
      longitude: start.longitude + eastward / metresPerDegreeEast,
      speedKnots: (speed * 3.6) / KMH_PER_KNOT,
      course: Math.floor((course + 360) % 360),
      satellites: wholeBetween(random, 6, 14),
    }
  }

  return {
    advance(seconds) {
      for (let i = 0; i < seconds; i++) second()
      const fix = measure()
      if (voidReports > 0) voidReports--
      else if (last !== null && random() < 0.04) voidReports = wholeBetween(random, 1, 4)
      if (voidReports > 0 && last !== null) return { ...last, valid: false, satellites: 0 }
      last = fix
      return fix
    },
    get ignitionOn() {
      return ignition === 'on' || (ignition === 'route' && !parked)
    },
  }
}
