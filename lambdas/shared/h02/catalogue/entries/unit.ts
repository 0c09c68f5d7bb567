/** The unit itself: server, network, password, clock, sleep, restart (PROTOCOL.md §5.1, §5.3). */
import { choice, departure, entry, h02, integer, password, plain, reboot, secretText, text } from './build.ts'

/** It may answer before it reboots, or after. */
const rebootMs = 60_000

const hours = (letter: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `${letter}${String(from + n).padStart(2, '0')}`)

/** Whole hours are certain; the halves are unsure, and are what people there need (TC#3040). */
const zones = [
  ...hours('E', 0, 14),
  ...hours('W', 1, 12),
  'E0330',
  'E0430',
  'E0530',
  'E0545',
  'E0630',
  'E0930',
  'W0330',
]

export const unitEntries = [
  entry(
    'restart',
    'Restart',
    'Reboots the unit. It sometimes fails; setting the same server again always reboots.',
    [text('RESTART', 'likely', 'RUN, SEED', { reply: 'any', aliases: ['CQ'], replyMs: rebootMs })],
    { idempotent: false, effect: () => reboot },
  ),
  entry(
    'cold-start',
    'Cold start (old units)',
    'Reboots units of the first generation; releases a cut engine too. No answer.',
    [h02('R1', 'likely', 'DOC-A', { answers: false })],
    { idempotent: false, effect: () => reboot },
  ),
  entry(
    'factory-reset',
    'Factory reset',
    'Forgets every setting, APN and server among them: the unit may never come back.',
    [
      text('RESET', 'likely', 'SEED', { aliases: ['RESET{password}'], reply: 'any', replyMs: rebootMs }),
      h02('S25', 'likely', 'DOC-C'),
    ],
    { danger: 'disruptive', idempotent: false, effect: () => departure },
  ),
  entry(
    'set-server',
    'Server',
    'Where the unit reports to. It reboots and leaves us; some models take an address only.',
    [
      text('804{password} {host} {port}', 'certain', 'SEED, OWN', {
        aliases: ['804{password} {host},{port}'],
        reply: 'server',
        replyMs: rebootMs,
      }),
      h02('S23,{host:commas},{port}', 'certain', 'TC, DOC-C'),
    ],
    {
      danger: 'disruptive',
      params: [plain('host', 'server', 'host'), integer('port', 'port', null, 1, 65_535)],
      effect: () => departure,
    },
  ),
  entry(
    'set-apn',
    'APN',
    'The access point of the SIM, with user and password where it wants them. A wrong one cuts the unit off.',
    [
      text('803{password} {apn}[ {user} {apnPassword}]', 'certain', 'RUN, TC#3040', { reply: 'apn' }),
      h02('S24,{apn}[,{user},{apnPassword}]', 'certain', 'TC, DOC-C'),
    ],
    {
      danger: 'disruptive',
      params: [
        plain('apn', 'access point name', 'apn'),
        secretText('user', 'user of the APN', { required: false }),
        secretText('apnPassword', 'password of the APN', { required: false }),
      ],
    },
  ),
  entry(
    'set-password',
    'Device password',
    'The password that text commands carry. Register the new one with the device afterwards.',
    [
      text('777{newPassword}{password}', 'certain', 'RUN', { reply: 'password' }),
      h02('S1,{password},{newPassword}', 'certain', 'TC'),
    ],
    { danger: 'disruptive', params: [password('newPassword', 'new password')] },
  ),
  entry(
    'sms-mode',
    'SMS mode',
    'Stops GPRS: from then on only an SMS (710) brings the unit back.',
    [text('700{password}', 'certain', 'RUN')],
    { danger: 'disruptive', effect: () => departure },
  ),
  entry('gprs-mode', 'GPRS mode', 'Reports over GPRS.', [text('710{password}', 'certain', 'RUN')]),
  entry(
    'sleep',
    'Sleep',
    'Sleeps when still for so many minutes: no GPRS until motion, an SMS or a call wakes it.',
    [text('SLEEP{password} {minutes}', 'likely', 'RUN')],
    { danger: 'disruptive', params: [integer('minutes', 'still for', 'min', 1, 9999)] },
  ),
  entry('sleep-off', 'No sleep', 'Never sleeps.', [text('SLEEP{password} 0', 'likely', 'RUN')]),
  entry(
    'work-mode',
    'Work mode (Cantrack)',
    'How much the unit sleeps; 0 is the waking one.',
    [h02('WKMD,{mode}', 'likely', 'DOC-C', { models: ['CANTRACK', 'SECUMORE'] })],
    { danger: 'disruptive', params: [choice('mode', 'mode', ['0', '1', '2'])] },
  ),
  entry(
    'time-zone',
    'Time zone',
    'For the times in SMS only; reports stay UTC.',
    [text('896{password}{zone}', 'certain', 'RUN, OWN', { reply: 'time-zone' })],
    { params: [choice('zone', 'E: east of Greenwich, W: west', zones)] },
  ),
  entry(
    'mileage-set',
    'Set the mileage',
    'Starts to count, from a value where one is given; its unit is not documented.',
    [text('142{password}[M{value}]', 'likely', 'RUN')],
    { params: [integer('value', 'mileage as the unit counts it', null, 0, 9_999_999, { required: false })] },
  ),
  entry('mileage-reset', 'Zero the mileage', 'Sets the odometer to zero.', [
    h02('S32,0', 'likely', 'DOC-A'),
    text('143{password}', 'likely', 'RUN'),
  ]),
]
