import { describe, expect, it } from 'vitest'
import type { TripFix } from '#shared/domain/trips/trip-finder.ts'
import { createCalendar } from '../../lambdas/api/trips/calendar.ts'
import { v1 } from '../ingest/events.ts'
import { live, MONDAY } from '../domain/trips/drive.ts'
import { expectDocumented } from './documented.ts'
import { createFakeHistory, createReadingApp, oneDevice, someDevice } from './fakes.ts'
import { makeRow } from './rows.ts'

const PATH = '/v1/devices/1234567890'
const HOUR_MS = 3_600_000
const KNOTS_PER_KMH = 1 / 1.852
const IGNITION_ON = 'FFFFFFFF'
const IGNITION_OFF = 'FFFFFBFF'

/** DDMM.mmmm */
const toNmea = (degrees: number): string => {
  const whole = Math.floor(degrees)
  return `${whole}${((degrees - whole) * 60).toFixed(4).padStart(7, '0')}`
}

/** To work at eleven in the evening, and home after midnight. */
const { fixes } = live(
  [
    { kind: 'park', minutes: 23 * 60 - 20, everySeconds: 600 },
    { kind: 'drive', minutes: 10, kmh: 60, everySeconds: 10 },
    { kind: 'park', minutes: 60, everySeconds: 60 },
    { kind: 'drive', minutes: 30, kmh: 90, everySeconds: 10 },
    { kind: 'park', minutes: 60, everySeconds: 60 },
  ],
  true,
)
const rowsOf = (fixes: readonly TripFix[], statusOf: (isOn: boolean) => string) =>
  fixes.map(({ at, latitude, speedKmh, ignitionOn }, i) =>
    makeRow(
      v1(at, {
        latitude: toNmea(latitude),
        speed: (speedKmh! * KNOTS_PER_KMH).toFixed(2),
        status: statusOf(ignitionOn === true),
      }),
      { seq: i + 1, receivedAt: at + 1_000 },
    ),
  )
const asWired = (isOn: boolean): string => (isOn ? IGNITION_ON : IGNITION_OFF)
const { app, call } = createReadingApp(createFakeHistory(rowsOf(fixes, asWired)))

const get = async (what: 'trips' | 'summary', query: string) => {
  const answer = await call('GET', `${PATH}/${what}?${query}`)
  expect(answer.text.slice(0, 300)).not.toContain('urn:h02:problem')
  await expectDocumented(app, 'GET', `/v1/devices/{deviceId}/${what}`, answer)
  return answer.json
}
const iso = (at: number): string => new Date(at).toISOString()

describe('trips of a device', () => {
  it('are found with their distance, and the stops between them', async () => {
    const { trips, stops } = await get('trips', `from=${iso(MONDAY)}&to=${iso(MONDAY + 48 * HOUR_MS)}`)
    expect(trips).toMatchObject([
      {
        distanceKm: expect.closeTo(10, 0),
        topSpeedKmh: 60,
        averageKmh: expect.closeTo(60, -1),
        isCertain: true,
      },
      { distanceKm: expect.closeTo(45, 0), topSpeedKmh: 90, endsInGap: false, isCertain: true },
    ])
    expect(stops).toHaveLength(3)
    expect(stops[1]).toMatchObject({ from: trips[0].to, to: trips[1].from })
    expect(stops[2]).toMatchObject({ from: trips[1].to, to: null })
  })

  it('that overlap the range are returned whole', async () => {
    const midnight = iso(MONDAY + 24 * HOUR_MS)
    const { trips } = await get('trips', `from=${midnight}&to=${iso(MONDAY + 25 * HOUR_MS)}`)
    expect(trips).toHaveLength(1)
    expect(trips[0].from < midnight).toBe(true)
    expect(trips[0].distanceKm).toBeCloseTo(45, 0)
  })

  it.each([
    ['normal', asWired, 2],
    ['inverted', (isOn: boolean) => asWired(!isOn), 2],
    ['none', asWired, 1],
    ['none', () => IGNITION_OFF, 1],
    ['none', () => IGNITION_ON, 1],
  ] as const)(
    'with the ignition wire %s end at a short stop only by the wire',
    async (wiring, statusOf, count) => {
      const drive = { kind: 'drive', minutes: 10, kmh: 60, everySeconds: 10 } as const
      const { fixes } = live([drive, { kind: 'park', minutes: 3, everySeconds: 30 }, drive], true)
      const device = { ...someDevice, overrides: { ignitionWiring: wiring, utcOffsetMinutes: 0 } }
      const reading = createReadingApp(createFakeHistory(rowsOf(fixes, statusOf)), {
        devices: oneDevice(device),
      })
      const range = `from=${iso(MONDAY)}&to=${iso(MONDAY + HOUR_MS)}`
      const { trips } = (await reading.call('GET', `${PATH}/trips?${range}`)).json
      expect(trips).toHaveLength(count)
      const km = trips.reduce((sum: number, { distanceKm }: { distanceKm: number }) => sum + distanceKm, 0)
      expect(km).toBeCloseTo(20, 0)
    },
  )

  it('of a range that is too long, or ends before it begins, are refused', async () => {
    const refused = await Promise.all([
      call('GET', `${PATH}/trips?from=${iso(MONDAY)}&to=${iso(MONDAY + 40 * 24 * HOUR_MS)}`),
      call('GET', `${PATH}/trips?from=${iso(MONDAY)}&to=${iso(MONDAY)}`),
      call('GET', `${PATH}/summary?firstDay=2026-01-01&lastDay=2026-02-01`),
      call('GET', `${PATH}/summary?firstDay=2026-01-02&lastDay=2026-01-01`),
      call('GET', `${PATH}/summary?firstDay=2026-01-01&lastDay=2026-01-02&timeZone=Middle/Earth`),
    ])
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400])
  })
})

describe('the summary of trips by day', () => {
  it('splits a trip over midnight between its days, and the sums agree', async () => {
    const { total, days } = await get('summary', 'firstDay=2026-01-05&lastDay=2026-01-06')
    expect(days).toMatchObject([
      { day: '2026-01-05', trips: 2, topSpeedKmh: 90 },
      { day: '2026-01-06', trips: 0, topSpeedKmh: 90 },
    ])
    expect(total.trips).toBe(2)
    expect(total.distanceKm).toBeCloseTo(days[0].distanceKm + days[1].distanceKm, 6)
    expect(total.distanceKm).toBeCloseTo(55, 0)
    expect(days[0].positions + days[1].positions).toBe(fixes.length)
  })

  it('counts days of the requested time zone', async () => {
    const { days } = await get('summary', 'firstDay=2026-01-05&lastDay=2026-01-06&timeZone=Asia/Tokyo')
    expect(days).toMatchObject([
      { day: '2026-01-05', trips: 0, distanceKm: 0 },
      { day: '2026-01-06', trips: 2 },
    ])
  })
})

it.each([
  ['UTC', '2026-01-05', '2026-01-05T00:00:00Z'],
  ['Asia/Kathmandu', '2026-01-05', '2026-01-04T18:15:00Z'],
  ['Pacific/Kiritimati', '2026-01-05', '2026-01-04T10:00:00Z'],
  ['Pacific/Pago_Pago', '2026-01-05', '2026-01-05T11:00:00Z'],
  // Clocks are set at midnight: this day begins at one.
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z'],
  ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00Z'],
])('in the time zone %s, the day %s begins at %s', (timeZone, day, expected) => {
  expect(iso(createCalendar(timeZone).startOf(day))).toBe(iso(Date.parse(expected)))
})
