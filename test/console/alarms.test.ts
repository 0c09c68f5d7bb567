import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openFromBefore, toAlarmSpans, type AlarmEvent } from '../../lambdas/console/alarms/alarm-spans.ts'
import type { FleetRow } from '../../lambdas/console/api/types.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 31, 8, minute)).toISOString()
let ids = 0

const event = (
  type: AlarmEvent['type'],
  minute: number,
  more: Partial<AlarmEvent['data']> = {},
): AlarmEvent => ({
  id: String(ids++),
  type,
  version: 1,
  time: at(minute),
  recordedAt: at(minute),
  deviceId: '9170000000',
  data: {
    alarm: 'sos',
    bit: 1,
    receivedAt: at(minute),
    fixTime: at(minute),
    late: false,
    latitude: null,
    longitude: null,
    ...more,
  },
})
const raised = (minute: number, more = {}) => event('alarm.raised', minute, more)
const cleared = (minute: number, more = {}) => event('alarm.cleared', minute, more)
const minutesOf = (events: readonly AlarmEvent[]) =>
  toAlarmSpans(events).map(({ alarm, from, to }) => [
    alarm,
    from && new Date(from).getUTCMinutes(),
    to && new Date(to).getUTCMinutes(),
  ])

it.each([
  ['one that is over', [raised(1), cleared(4)], [['sos', 1, 4]]],
  ['one that is open', [raised(1)], [['sos', 1, null]]],
  ['one that began before', [cleared(4)], [['sos', null, 4]]],
  [
    'two of a kind, the newest first',
    [raised(1), cleared(2), raised(3), cleared(5)],
    [
      ['sos', 3, 5],
      ['sos', 1, 2],
    ],
  ],
  [
    'two kinds at once',
    [raised(1), raised(2, { alarm: 'overspeed' }), cleared(3)],
    [
      ['overspeed', 2, null],
      ['sos', 1, 3],
    ],
  ],
  [
    'one that is raised again',
    [raised(1), raised(4)],
    [
      ['sos', 4, null],
      ['sos', 1, 4],
    ],
  ],
  ['one without a fix, by when it was heard', [raised(7, { fixTime: null }), cleared(9)], [['sos', 7, 9]]],
])('an alarm list has %s', (_, events, expected) => {
  expect(minutesOf(events)).toEqual(expected)
})

it('an alarm list does not depend on the order of its events', () => {
  const events = Array.from({ length: 8 }, (_, n) => [
    raised(n * 3, { alarm: n % 2 === 0 ? 'sos' : 'lowBattery' }),
    cleared(n * 3 + 2, { alarm: n % 2 === 0 ? 'sos' : 'lowBattery' }),
  ]).flat()
  fc.assert(
    fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
      expect(toAlarmSpans(shuffled)).toEqual(toAlarmSpans(events))
    }),
  )
})

it('an alarm of the fleet without any event that was read is open from before', () => {
  const fleet = [
    { deviceId: '9170000000', alarms: ['sos', 'power-cut'], lastPosition: null },
    { deviceId: '9170000001', alarms: ['sos'], lastPosition: { latitude: 52.52, longitude: 13.405 } },
    { deviceId: '9170000002', alarms: [], lastPosition: null },
  ] as unknown as FleetRow[]
  const shown = (events: readonly AlarmEvent[]) =>
    openFromBefore(fleet, toAlarmSpans(events)).map(({ deviceId, alarm, from, to, at: place }) => [
      deviceId,
      alarm,
      from,
      to,
      place?.latitude,
    ])
  const others = [
    ['9170000000', 'power-cut', null, null, undefined],
    ['9170000001', 'sos', null, null, 52.52],
  ]
  expect(shown([])).toEqual([['9170000000', 'sos', null, null, undefined], ...others])
  expect(shown([raised(1)])).toEqual(others)
  // Cleared after the fleet was read.
  expect(shown([cleared(1)])).toEqual(others)
})
