import { describe, expect, it } from 'vitest'
import { toVehicle } from '../../lambdas/console/map/vehicle.ts'

describe('a device on the map', () => {
  const at = { latitude: 46.05, longitude: 14.5 }
  it.each([
    ['drives', { speedKmh: 50, course: 90 }, 'arrow-online', 90],
    ['drives north', { speedKmh: 50, course: 0 }, 'arrow-online', 0],
    ['stands: its course is noise', { speedKmh: 4, course: 90 }, 'dot-online', 0],
    ['drives, with no course', { speedKmh: 50, course: null }, 'dot-online', 0],
    ['has no speed', { speedKmh: null, course: 90 }, 'dot-online', 0],
  ])('that %s', (_, moving, icon, course) => {
    expect(toVehicle('9170000000', 'online', { ...at, ...moving })).toEqual({
      type: 'Feature',
      properties: { deviceId: '9170000000', icon, course },
      geometry: { type: 'Point', coordinates: [14.5, 46.05] },
    })
  })
})
