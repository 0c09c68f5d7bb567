/** How often the tracker reports (PROTOCOL.md section 1.7; 5.1 D1, S17, S71, D2; 5.3 805, 809, 669, 666; 5.5 XT, NXT, CR). */
import { cantrack, huaSunTek, lk, vSun } from '../models.ts'
import type { Params } from '../types.ts'
import { entry, h02, integer, sameIntervals, sameValue, spacing, text } from './build.ts'

const secondsIn = (params: Params): number => Number(params['seconds'])

export const reportEntries = [
  entry(
    'interval-on',
    'Report interval, ignition on',
    'Seconds between positions while the ignition is on.',
    [text('805{password} {seconds}', 'certain', 'SEED, RUN, DOC-B')],
    {
      // Below 10 s it is refused or harmful (PROTOCOL.md section 5.3).
      params: [integer('seconds', 'interval', 's', 10, 18_000)],
      effect: (params) => spacing('interval-on', secondsIn(params), true),
      noChange: sameValue('intervalOnSeconds', 'seconds'),
    },
  ),
  entry(
    'interval-off',
    'Report interval, ignition off',
    'Seconds between positions while the ignition is off; up to 480 is advised.',
    [text('809{password} {seconds}', 'likely', 'SEED, TC#3084')],
    {
      params: [integer('seconds', 'interval', 's', 1, 1800)],
      effect: (params) => spacing('interval-off', secondsIn(params), false),
      noChange: sameValue('intervalOffSeconds', 'seconds'),
    },
  ),
  entry(
    'interval',
    'Report interval',
    'Seconds between positions in any state. Old trackers answer with nothing but their next position.',
    [h02('D1,{seconds}[,{count}]', 'likely', 'DOC-A, DOC-B, FRM')],
    {
      params: [
        integer('seconds', 'interval', 's', 30, 65_535),
        // On old trackers 0 and 1 ask for one report, and the interval has no meaning (DOC-A). 4G trackers answer 65535.
        integer('count', 'how many reports; 0 or 1: one, 65535: no limit', null, 0, 65_535, {
          byDefault: 65_535,
        }),
      ],
      effect: (params) =>
        Number(params['count'] ?? 65_535) <= 1 ? null : spacing('interval', secondsIn(params), null),
      // On 4G trackers D1 sets the interval with the ignition on, on others both (DOC-B).
      noChange: sameIntervals,
    },
  ),
  entry(
    'interval-lk',
    'Report interval (LK, TK)',
    'Seconds between positions. SinoTrack trackers ignore it: there S71 is for phone numbers.',
    [h02('S71,22,{seconds}', 'certain', 'TC, SEED', { models: ['LK', 'TK'] })],
    {
      params: [integer('seconds', 'interval', 's', 10, 18_000)],
      effect: (params) => spacing('interval', secondsIn(params), null),
    },
  ),
  entry(
    'interval-loc',
    'Report interval (LK, LOC)',
    'Seconds between positions; the wording is known from one tracker.',
    [h02('LOC,{seconds}', 'unsure', 'RFV16', { models: lk })],
    {
      params: [integer('seconds', 'interval', 's', 10, 18_000)],
      effect: (params) => spacing('interval', secondsIn(params), null),
    },
  ),
  entry(
    'interval-tracking',
    'Tracking interval (old trackers)',
    'Seconds between positions, on trackers of the first generation.',
    [h02('S17,{seconds}', 'likely', 'DOC-A', { models: ['ST901', 'ST902', 'ST904', 'ST905'] })],
    {
      params: [integer('seconds', 'interval', 's', 30, 65_535)],
      effect: (params) => spacing('interval', secondsIn(params), null),
      // S17 runs beside D1; equal times give one report (DOC-A).
      noChange: sameIntervals,
    },
  ),
  entry(
    'interval-cantrack',
    'Report interval (Cantrack)',
    'Seconds between positions.',
    [h02('D2,{seconds}', 'likely', 'DOC-C', { models: cantrack })],
    {
      params: [integer('seconds', 'interval', 's', 10, 65_535)],
      effect: (params) => spacing('interval', secondsIn(params), null),
    },
  ),
  ...(
    [
      ['interval-on-huasuntek', 'driving', 'XT', 5, 3600, 'interval-on', true, 'intervalOnSeconds'],
      ['interval-off-huasuntek', 'resting', 'NXT', 10, 7200, 'interval-off', false, 'intervalOffSeconds'],
    ] as const
  ).map(([intent, when, word, min, max, key, ignitionOn, fact]) =>
    entry(
      intent,
      `Report interval, ${when} (HuaSunTek)`,
      `Seconds between positions while ${when}.`,
      [h02(`${word},{seconds}`, 'likely', 'DOC-D', { models: huaSunTek, time: 'none' })],
      {
        params: [integer('seconds', 'interval', 's', min, max)],
        effect: (params) => spacing(key, secondsIn(params), ignitionOn),
        noChange: sameValue(fact, 'seconds'),
      },
    ),
  ),
  entry(
    'locate-huasuntek',
    'Locate now (HuaSunTek)',
    'Requests a position.',
    [h02('CR', 'likely', 'DOC-D', { models: huaSunTek, time: 'none' })],
    { probe: true },
  ),
  entry('locate-vsun', 'Position as text (V-SUN)', 'Requests a position as text.', [
    // On CJ730 666 releases the engine (PROTOCOL.md section 5.3).
    text('666{password}', 'unsure', 'VSUN', { models: vSun, dangerElsewhere: 'disruptive', reply: 'any' }),
  ]),
  entry('gps-on', 'GPS on (V-SUN)', 'Switches the GPS receiver on.', [
    text('222{password}', 'likely', 'VSUN', { models: vSun, reply: 'any' }),
  ]),
  entry(
    'locate',
    'Where are you?',
    'Asks for one location, as text.',
    [text('669{password}', 'likely', 'RUN', { reply: 'location' })],
    { probe: true },
  ),
]
