/** Alarms and limits (PROTOCOL.md section 5.1 S14, S18, S19, S21, S33, S40, R7; 5.3, 5.9). */
import { cantrack, gt09, vSun } from '../models.ts'
import { choice, entry, h02, integer, plain, sameAs, text } from './build.ts'

/** These may hide an alarm from the person who should get it. */
const silencing = { danger: 'sensitive' } as const
const onOff = () => choice('enable', '1: on, 0: off', ['0', '1'])

const gt09Alarms = [
  ['vibration-call-on', 'Vibration alarm call on', '122#', false],
  ['vibration-call-off', 'Vibration alarm call off', '121#', true],
  ['alarm-sms-on', 'Alarm SMS on', '125#', false],
  ['alarm-sms-off', 'Alarm SMS off', '126#', true],
] as const

export const alarmEntries = [
  entry(
    'overspeed',
    'Overspeed alarm',
    'Alarm above this speed; 0 switches it off.',
    [
      text('122{password} {speedKmh}', 'likely', 'RUN', {
        aliases: ['speed{password} {speedKmh}', 'setspeed,{speedKmh}'],
      }),
    ],
    {
      params: [integer('speedKmh', 'limit', 'km/h', 0, 300)],
      noChange: sameAs('overspeedAlarmOn', false, { speedKmh: 0 }),
    },
  ),
  entry(
    'overspeed-cantrack',
    'Overspeed alarm (Cantrack)',
    'Alarm above this speed.',
    [h02('S33,{speedKmh}', 'likely', 'DOC-C', { models: cantrack })],
    { params: [integer('speedKmh', 'limit', 'km/h', 0, 300)] },
  ),
  entry(
    'overspeed-limits',
    'Speed limits (old trackers)',
    'Alarm above one speed and below another, in knots (100 kn are 185 km/h), for longer than the time given.',
    [h02('S14,{max},{min},{mode},{seconds}', 'certain', 'DOC-A, TC')],
    {
      params: [
        // The vendor's document uses knots (节).
        integer('max', 'upper limit, 0: none', 'kn', 0, 255),
        integer('min', 'lower limit, 0: none', 'kn', 0, 255),
        choice('mode', '0: only ask, 1: valid fixes only, 2: any', ['0', '1', '2']),
        integer('seconds', 'for longer than (from 5), 0: no alarm', 's', 0, 65_535),
      ],
    },
  ),
  entry(
    'power-alarm-on',
    'Power-cut alarm on',
    'Alarm when the supply is cut.',
    [text('011{password}', 'likely', 'OWN, RUN')],
    { noChange: sameAs('powerAlarmOn', true) },
  ),
  entry(
    'power-alarm-off',
    'Power-cut alarm off',
    'No alarm when the supply is cut.',
    [text('010{password}', 'likely', 'OWN, RUN')],
    silencing,
  ),
  ...(['sms', 'call'] as const).map((way) =>
    entry(
      `power-alarm-${way}`,
      `Power-cut alarm by ${way === 'sms' ? 'SMS' : 'call'}`,
      'On or off.',
      [text(`pwr${way}{password},{enable}`, 'likely', 'GT09', { models: gt09 })],
      { ...silencing, params: [onOff()] },
    ),
  ),
  entry(
    'vibration-alarm-on',
    'Vibration alarm on',
    'Alarm when the car is shaken for the given time.',
    [text('181{password}T{seconds}', 'likely', 'RUN')],
    { params: [integer('seconds', 'shaken for', 's', 0, 120, { byDefault: 10 })] },
  ),
  entry(
    'vibration-alarm-off',
    'Vibration alarm off',
    'No alarm when the car is shaken.',
    [text('180{password}', 'likely', 'RUN')],
    silencing,
  ),
  ...gt09Alarms.map(([intent, title, word, isOff]) =>
    entry(
      intent,
      title,
      'Of clones with an SMS dialect of their own.',
      [text(word, 'likely', 'GT09', { models: gt09, reply: 'any' })],
      isOff ? silencing : {},
    ),
  ),
  entry('geofence-on', 'Geofence on', 'Alarm when the car leaves the circle around where it is now.', [
    text('211{password}', 'likely', 'RUN', { aliases: ['stockade,on'] }),
  ]),
  entry(
    'geofence-radius',
    'Geofence radius',
    'Radius of the circle.',
    [text('005{password} {metres}', 'likely', 'RUN')],
    { params: [integer('metres', 'radius', 'm', 1, 65_535)] },
  ),
  entry(
    'geofence-off',
    'Geofence off',
    'No alarm when the car leaves.',
    [text('210{password}', 'likely', 'RUN', { aliases: ['stockade,off'] })],
    silencing,
  ),
  entry(
    'move-alarm-on',
    'Move alarm on (V-SUN)',
    'Alarm when the car moves further than this.',
    [text('008{password}R{km}', 'likely', 'VSUN', { models: vSun, reply: 'any' })],
    {
      params: [
        plain('km', 'radius in km, 0.1 to 999.9', 'text', {
          pattern: String.raw`[1-9]\d{0,2}(?:\.\d)?|0\.[1-9]`,
        }),
      ],
    },
  ),
  entry(
    'move-alarm-off',
    'Move alarm off (V-SUN)',
    'No alarm when the car moves.',
    [text('009{password}', 'likely', 'VSUN', { models: vSun, reply: 'any' })],
    silencing,
  ),
  entry(
    'clear-alarms',
    'Clear alarms (old trackers)',
    'Clears latched alarms; releases a cut engine too. No answer.',
    [h02('R7', 'likely', 'DOC-A, TC', { answers: false })],
    { danger: 'disruptive' },
  ),
  // No source says clearly which of 712 and 713 switches it on.
  ...(
    [
      ['712', 'Alarm SMS: 712', 'On or off; sources do not say which.'],
      ['713', 'Alarm SMS: 713', 'On or off; sources do not say which.'],
      ['150', 'Alarm calls on', 'Alarms by call, besides SMS.'],
      ['151', 'Alarm calls off', 'No alarms by call.'],
    ] as const
  ).map(([code, title, summary]) =>
    entry(
      `alarm-way-${code}`,
      title,
      summary,
      [text(`${code}{password}`, 'unsure', 'RUN, ST907')],
      silencing,
    ),
  ),
  // Their meaning differs by maker.
  entry('alarm-mode', 'Alarm mode', 'Differs by maker.', [h02('S18,{mode}', 'unsure', 'DOC-A, CN')], {
    ...silencing,
    params: [choice('mode', 'mode', ['0', '1', '2'])],
  }),
  entry(
    'alarm-switch',
    'Alarm switch',
    'One kind of alarm on or off; kinds differ by maker.',
    [h02('S19,{kind},{enable}', 'unsure', 'DOC-A, CN')],
    { ...silencing, params: [integer('kind', 'kind', null, 0, 99), onOff()] },
  ),
  entry(
    'fence',
    'Fence',
    'Radius and mode; differs by maker.',
    [h02('S21,{metres},{mode}', 'unsure', 'DOC-A, CN')],
    {
      params: [integer('metres', 'radius', 'm', 0, 65_535), choice('mode', 'mode', ['0', '1', '2'])],
    },
  ),
  entry(
    'fatigue-driving',
    'Fatigue alarm',
    'As one fleet set it in 2010; what each number means is read from that alone.',
    [h02('S40,2,{driveSeconds},{restSeconds},180,180,FF', 'unsure', 'CN')],
    {
      params: [
        integer('driveSeconds', 'driving without rest', 's', 1, 65_535, { byDefault: 1800 }),
        integer('restSeconds', 'rest', 's', 1, 65_535, { byDefault: 1200 }),
      ],
    },
  ),
]
