import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { ConsoleConfig, FleetRow } from '../../lambdas/console/api/types.ts'
import type * as FleetModule from '../../lambdas/console/state/fleet.ts'

let fleet: typeof FleetModule
let setSilentHours: (silentHours: number) => void
beforeAll(async () => {
  // The module of the session reads its key from the tab, and calls the API of the page.
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:8080' })
  vi.stubGlobal('sessionStorage', { getItem: () => null, removeItem: () => {} })
  fleet = await import('../../lambdas/console/state/fleet.ts')
  const { config } = await import('../../lambdas/console/state/config.ts')
  setSilentHours = (silentHours) => (config.value = { silentHours } as ConsoleConfig)
})
afterAll(() => void vi.unstubAllGlobals())

const rowSeen = (hoursAgo: number | null): FleetRow =>
  ({
    deviceId: '9170000000',
    online: false,
    alarms: [],
    lastSeen: hoursAgo === null ? null : new Date(Date.now() - hoursAgo * 3_600_000).toISOString(),
  }) as unknown as FleetRow

it('a device is silent in the console after the hours of the installation', () => {
  fleet.fleet.value = [rowSeen(1), rowSeen(7), rowSeen(30), rowSeen(null)]
  fleet.fleetFilter.value = 'silent'
  const counts = [24, 6, 48].map((hours) => {
    setSilentHours(hours)
    return [fleet.fleetCounts.value.silent, fleet.shownFleet.value.length]
  })
  expect(counts).toEqual([
    [2, 2],
    [3, 3],
    [1, 1],
  ])
  setSilentHours(6)
  expect(fleet.connectionOf(rowSeen(7), Date.now())).toBe('silent')
  expect(fleet.connectionOf(rowSeen(1), Date.now())).toBe('offline')
})
