import type { Point } from '../../shared/domain/distance.ts'
import type { Log } from '../../shared/log.ts'
import type { AskAddress } from './ask.ts'
import type { Attribution } from './source.ts'

/**
 * `found` and `none` are answers of the service. `busy`: its limit of requests is reached. `unavailable`: it failed, now
 * or within the last minute.
 */
type Outcome = 'found' | 'none' | 'busy' | 'unavailable'
type Geocoded = { readonly outcome: Outcome; readonly address: string | null }

export type Geocoder = {
  readonly attribution: Attribution
  readonly find: (at: Point, language: string) => Promise<Geocoded>
}

/** Cells of 1/2000 of a degree: 56 m from south to north, at most as much from west to east. */
const CELLS_PER_DEGREE = 2_000
const MAX_CACHED = 2_000
const CACHE_MS = 86_400_000
/** How long a request may wait for its turn. */
const MAX_TURN_MS = 2_000
/** Pause after a failure of the service. */
const PAUSE_MS = 60_000

const toCell = (degrees: number): number => Math.round(degrees * CELLS_PER_DEGREE)
const middleOf = (cell: number): number => cell / CELLS_PER_DEGREE

type Clock = { readonly now: () => number; readonly sleep: (ms: number) => Promise<unknown> }

/** Requests take turns, `gapMs` apart. `take` returns how long to wait for the turn, or null if that is too long. */
function createTurns(gapMs: number, now: () => number) {
  let next = 0
  return {
    take: (): number | null => {
      const wait = Math.max(0, next - now())
      if (wait > MAX_TURN_MS) return null
      next = now() + wait + gapMs
      return wait
    },
  }
}

/** Answers of the last day, oldest first. */
function createCache(now: () => number) {
  const kept = new Map<string, { readonly found: Geocoded; readonly until: number }>()
  return {
    get: (key: string): Geocoded | null => {
      const entry = kept.get(key)
      return entry !== undefined && entry.until > now() ? entry.found : null
    },
    set: (key: string, found: Geocoded): void => {
      kept.delete(key)
      const [oldest] = kept.keys()
      if (kept.size >= MAX_CACHED && oldest !== undefined) kept.delete(oldest)
      kept.set(key, { found, until: now() + CACHE_MS })
    },
  }
}

/**
 * Requests addresses from a service: once per cell of about 50 m, language and day, never more often than its limit allows, and not
 * for a minute after a failure. It never rejects; failures are logged.
 */
export function createGeocoder({
  ask,
  attribution,
  perSecond,
  log,
  now,
  sleep,
}: Clock & {
  readonly ask: AskAddress
  readonly attribution: Attribution
  readonly perSecond: number
  readonly log: Pick<Log, 'warn'>
}): Geocoder {
  const cache = createCache(now)
  const turns = createTurns(1_000 / perSecond, now)
  const asking = new Map<string, Promise<Geocoded>>()
  let pausedUntil = 0

  const askInTurn = async (key: string, middle: Point, language: string): Promise<Geocoded> => {
    const wait = turns.take()
    if (wait === null) return { outcome: 'busy', address: null }
    if (wait > 0) await sleep(wait)
    if (now() < pausedUntil) return { outcome: 'unavailable', address: null }
    try {
      const address = await ask(middle, language)
      const found: Geocoded = { outcome: address === null ? 'none' : 'found', address }
      cache.set(key, found)
      return found
    } catch (error) {
      // Requests under way fail for the same reason, so it is logged once.
      if (now() >= pausedUntil) log.warn('the geocoder failed; it is asked again in a minute', { error })
      pausedUntil = now() + PAUSE_MS
      return { outcome: 'unavailable', address: null }
    }
  }

  return {
    attribution,
    find: async ({ latitude, longitude }, language) => {
      const [north, east] = [toCell(latitude), toCell(longitude)]
      const key = `${north} ${east} ${language}`
      const known = cache.get(key)
      if (known !== null) return known
      if (now() < pausedUntil) return { outcome: 'unavailable', address: null }
      const started = asking.get(key)
      if (started !== undefined) return started
      const middle = { latitude: middleOf(north), longitude: middleOf(east) }
      const request = askInTurn(key, middle, language).finally(() => asking.delete(key))
      asking.set(key, request)
      return request
    },
  }
}
