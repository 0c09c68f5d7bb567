import { computed, effect, signal } from '@preact/signals'
import { answerOf, readAll } from '../api/client.ts'
import type { FleetRow, UnknownRow } from '../api/types.ts'
import { now } from './clock.ts'
import { config } from './config.ts'
import { api, isSignedIn } from './session.ts'

export const fleetFilters = ['all', 'online', 'silent', 'alarm', 'unknown'] as const
export type FleetFilter = (typeof fleetFilters)[number]

export const fleet = signal<readonly FleetRow[]>([])
export const unknownDevices = signal<readonly UnknownRow[]>([])
export const fleetFilter = signal<FleetFilter>('all')
export const search = signal('')
/** Why loading failed, or null. `isLoaded`: completely loaded at least once. */
export const fleetTrouble = signal<string | null>(null)
export const isFleetLoaded = signal(false)

const HOUR_MS = 3_600_000
/**
 * Until the configuration is loaded, and by default: longer than the longest heartbeat interval of a parked tracker (PROTOCOL.md
 * section 1.7).
 */
const DEFAULT_SILENT_HOURS = 24

/** By the same setting as the event `device.silent`. */
const isSilent = (row: FleetRow, at: number): boolean =>
  row.lastSeen === null ||
  at - Date.parse(row.lastSeen) > (config.value?.silentHours ?? DEFAULT_SILENT_HOURS) * HOUR_MS

export type RowState = 'alarm' | 'online' | 'silent' | 'offline'
/** Whether and how it is connected. */
export const connectionOf = (row: FleetRow, at: number): Exclude<RowState, 'alarm'> =>
  row.online ? 'online' : isSilent(row, at) ? 'silent' : 'offline'

// Coarse, so that 10,000 rows are not filtered again every second.
const silenceClock = computed(() => Math.floor(now.value / 30_000) * 30_000)

export const shownFleet = computed((): readonly FleetRow[] => {
  const sought = search.value.trim().toLowerCase()
  const filter = fleetFilter.value
  const at = silenceClock.value
  return fleet.value.filter(
    (row) =>
      (sought === '' || row.deviceId.includes(sought) || (row.name ?? '').toLowerCase().includes(sought)) &&
      (filter === 'all' ||
        (filter === 'online' && row.online) ||
        (filter === 'alarm' && row.alarms.length > 0) ||
        (filter === 'silent' && isSilent(row, at))),
  )
})

export const shownUnknown = computed(() => {
  const sought = search.value.trim()
  return unknownDevices.value.filter(({ deviceId }) => deviceId.includes(sought))
})

export const fleetCounts = computed(() => {
  const at = silenceClock.value
  const rows = fleet.value
  return {
    all: rows.length,
    online: rows.filter(({ online }) => online).length,
    silent: rows.filter((row) => isSilent(row, at)).length,
    alarm: rows.filter(({ alarms }) => alarms.length > 0).length,
    unknown: unknownDevices.value.length,
  } satisfies Record<FleetFilter, number>
})

const readUnknown = () =>
  readAll<UnknownRow>(
    (cursor) => answerOf(api.GET('/v1/unknown-devices', { params: { query: { limit: 500, cursor } } })),
    { maxItems: 5_000 },
  )

async function load(): Promise<void> {
  try {
    const isFirst = !isFleetLoaded.value
    const rows = await readAll<FleetRow>(
      (cursor) => {
        // The first load shows each page at once, and its very first page is small; later loads replace everything when
        // they are complete.
        const limit = isFirst && cursor === undefined ? 100 : 1_000
        return answerOf(api.GET('/v1/positions', { params: { query: { limit, cursor } } }))
      },
      isFirst
        ? {
            onPage: (items) => {
              fleet.value = [...items]
            },
          }
        : {},
    )
    const unknown = await readUnknown()
    fleet.value = rows
    unknownDevices.value = unknown
    isFleetLoaded.value = true
    fleetTrouble.value = null
  } catch (error) {
    fleetTrouble.value = error instanceof Error ? error.message : String(error)
  }
}

let loading: Promise<void> | null = null
/** Loads the fleet now, unless a load is running. */
export const refreshFleet = (): Promise<void> =>
  (loading ??= load().finally(() => {
    loading = null
  }))

/** Ten thousand devices are ten requests, so a large fleet is loaded once a minute. */
const nextLoadMs = (): number => (fleet.value.length > 2_000 ? 60_000 : 5_000)

let timer: ReturnType<typeof setTimeout> | undefined
/** Refreshes the fleet while a page that shows it is open; returns a function that stops it. */
export function watchFleet(): () => void {
  const loop = async (): Promise<void> => {
    if (!document.hidden) await refreshFleet()
    timer = setTimeout(() => void loop(), nextLoadMs())
  }
  void loop()
  return () => clearTimeout(timer)
}

const UNKNOWN_EVERY_MS = 3_000

/** Reads the unknown devices alone, often, for someone who waits for one; returns a function that stops it. */
export function watchUnknown(): () => void {
  const read = async (): Promise<void> => {
    if (document.hidden) return
    try {
      unknownDevices.value = await readUnknown()
    } catch (error) {
      fleetTrouble.value = error instanceof Error ? error.message : String(error)
    }
  }
  const timer = setInterval(() => void read(), UNKNOWN_EVERY_MS)
  return () => clearInterval(timer)
}

effect(() => {
  if (isSignedIn.value) return
  fleet.value = []
  unknownDevices.value = []
  isFleetLoaded.value = false
})
