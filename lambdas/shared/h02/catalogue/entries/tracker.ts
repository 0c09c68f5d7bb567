/** The tracker itself: server, network, password, clock, sleep, restart (PROTOCOL.md section 5.1, 5.3, 5.5, 5.9). */
import { cantrack, gt09, huaSunTek } from '../models.ts'
import {
  choice,
  departure,
  entry,
  h02,
  integer,
  password,
  plain,
  reboot,
  sameAs,
  sameValue,
  secretText,
  text,
} from './build.ts'
import { REBOOT_REPLY_MS } from '../windows.ts'

const hours = (letter: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `${letter}${String(from + n).padStart(2, '0')}`)

/** Whole hours are certain; half hours are uncertain, but needed by people in such zones (TC#3040). */
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

const ofHuaSunTek = { models: huaSunTek } as const

/** HHMMSS is last, or missing (PROTOCOL.md section 5.5). */
const huaSunTekEntries = [
  entry(
    'restart-huasuntek',
    'Restart (HuaSunTek)',
    'Reboots the tracker.',
    [
      h02('CQ', 'likely', 'DOC-D', {
        ...ofHuaSunTek,
        time: 'none',
        aliases: ['REBT'],
        replyMs: REBOOT_REPLY_MS,
      }),
    ],
    { idempotent: false, effect: () => reboot },
  ),
  entry(
    'factory-reset-huasuntek',
    'Factory reset (HuaSunTek)',
    'Loses every setting, APN and server among them.',
    [h02('RESET', 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'last', replyMs: REBOOT_REPLY_MS })],
    { danger: 'disruptive', idempotent: false, effect: () => departure },
  ),
  entry(
    'set-server-huasuntek',
    'Server (HuaSunTek)',
    'Where the tracker reports to; the port in hex (1a7c is 6780).',
    [h02('IP,{index},{address},{portHex},{host}', 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'last' })],
    {
      danger: 'disruptive',
      params: [
        choice('index', '1: address first, 2: name first', ['1', '2']),
        plain('address', 'IP address, 00000000 for none', 'text'),
        plain('portHex', 'port in hex', 'text'),
        plain('host', 'host name', 'host'),
      ],
      effect: () => departure,
    },
  ),
  entry(
    'set-apn-huasuntek',
    'APN (HuaSunTek)',
    'The access point of the SIM. A wrong one cuts the tracker off.',
    [h02('APN,{apn},{user},{apnPassword}', 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'none' })],
    {
      danger: 'disruptive',
      params: [
        plain('apn', 'access point name', 'apn'),
        secretText('user', 'user of the APN'),
        secretText('apnPassword', 'password of the APN'),
      ],
    },
  ),
  entry(
    'set-password-huasuntek',
    'Device password (HuaSunTek)',
    'Six digits each.',
    [h02('MP,{oldPassword},{newPassword}', 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'last' })],
    {
      danger: 'disruptive',
      idempotent: false,
      params: [password('oldPassword', 'old password'), password('newPassword', 'new password')],
    },
  ),
  entry(
    'set-imei',
    'Change the IMEI (HuaSunTek)',
    'Changes the identity of the tracker: it comes back as another device.',
    [h02('SIMEI,{imei}', 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'last' })],
    { danger: 'disruptive', params: [plain('imei', 'IMEI of 15 digits', 'text')] },
  ),
  entry(
    'language-huasuntek',
    'Language (HuaSunTek)',
    'Language of its texts.',
    [h02('SLAN,{language}', 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'last' })],
    { params: [choice('language', 'cn or en', ['CN', 'EN'])] },
  ),
  entry('language-toggle', 'Language (GT09)', 'Chinese or English.', [
    text('109#', 'likely', 'GT09', { models: gt09, reply: 'any' }),
  ]),
  entry(
    'power-schedule',
    'Power schedule (HuaSunTek)',
    'Off for some minutes, then on for some, in a cycle of 24 hours.',
    [h02('WMOD,{type},{offMinutes},{onMinutes}', 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'none' })],
    {
      danger: 'disruptive',
      params: [
        choice('type', 'type', ['0', '1', '2']),
        integer('offMinutes', 'off for', 'min', 0, 1440),
        integer('onMinutes', 'on for', 'min', 0, 1440),
      ],
    },
  ),
  ...(
    [
      ['arm-huasuntek', 'Arm (HuaSunTek)', 'SF2', 'SF', true],
      ['disarm-huasuntek', 'Disarm (HuaSunTek)', 'CF2', 'CF', false],
    ] as const
  ).map(([intent, title, word, alias, isArmed]) =>
    entry(
      intent,
      title,
      isArmed ? 'Watches doors and movement.' : 'Stops watching.',
      [h02(word, 'likely', 'DOC-D', { ...ofHuaSunTek, time: 'last', aliases: [alias] })],
      isArmed ? {} : { danger: 'sensitive' },
    ),
  ),
]

export const trackerEntries = [
  entry(
    'restart',
    'Restart',
    'Reboots the tracker. It sometimes fails; setting the same server again always reboots.',
    [
      text('RESTART', 'likely', 'RUN, SEED', {
        reply: 'any',
        aliases: ['CQ', 'REBT'],
        replyMs: REBOOT_REPLY_MS,
      }),
    ],
    { idempotent: false, effect: () => reboot },
  ),
  entry(
    'cold-start',
    'Cold start (old trackers)',
    'Reboots trackers of the first generation; releases a cut engine too. No answer.',
    [h02('R1', 'likely', 'DOC-A', { answers: false })],
    { danger: 'disruptive', idempotent: false, effect: () => reboot },
  ),
  entry(
    'factory-reset',
    'Factory reset',
    'Forgets every setting, APN and server among them: the tracker may never come back.',
    [
      text('RESET', 'likely', 'SEED', {
        aliases: ['RESET{password}', 'FACTORY', 'format'],
        reply: 'any',
        replyMs: REBOOT_REPLY_MS,
      }),
      h02('S25', 'likely', 'DOC-C'),
    ],
    { danger: 'disruptive', idempotent: false, effect: () => departure },
  ),
  entry(
    'set-server',
    'Server',
    'The server that the tracker reports to. It reboots and leaves us; some models accept an address only.',
    [
      text('804{password} {host} {port}', 'certain', 'SEED, OWN', {
        aliases: ['804{password} {host},{port}'],
        reply: 'server',
        replyMs: REBOOT_REPLY_MS,
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
    'The access point of the SIM, with user and password where it requires them. A wrong one cuts the tracker off.',
    [
      text('803{password} {apn}[ {user} {apnPassword}]', 'certain', 'RUN, TC#3040', {
        aliases: ['apn{password} {apn}'],
        reply: 'apn',
      }),
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
    'The password that text commands carry. Once the tracker has accepted the new one, the registry holds it.',
    [
      text('777{newPassword}{password}', 'certain', 'RUN', {
        aliases: ['password{password} {newPassword}'],
        reply: 'password',
      }),
      h02('S1,{password},{newPassword}', 'certain', 'TC'),
    ],
    { danger: 'disruptive', params: [password('newPassword', 'new password')] },
  ),
  entry(
    'sms-mode',
    'SMS mode',
    'Stops GPRS: from then on only an SMS (710) brings the tracker back.',
    [text('700{password}', 'certain', 'RUN')],
    { danger: 'disruptive', effect: () => departure },
  ),
  entry('gprs-mode', 'GPRS mode', 'Reports over GPRS.', [text('710{password}', 'certain', 'RUN')], {
    noChange: sameAs('mode', 'GPRS'),
  }),
  entry(
    'sleep',
    'Sleep',
    'Sleeps after standing still for the given minutes: no GPRS until motion, an SMS or a call wakes it.',
    [text('SLEEP{password} {minutes}', 'likely', 'RUN', { aliases: ['sleep,{password},{minutes}'] })],
    { danger: 'disruptive', params: [integer('minutes', 'still for', 'min', 1, 9999)] },
  ),
  entry('sleep-off', 'No sleep', 'Never sleeps.', [text('SLEEP{password} 0', 'likely', 'RUN')], {
    noChange: sameAs('sleepOn', false),
  }),
  entry(
    'work-mode',
    'Work mode (Cantrack)',
    'How much the tracker sleeps; 0: not at all.',
    [h02('WKMD,{mode}', 'likely', 'DOC-C', { models: cantrack })],
    { danger: 'disruptive', params: [choice('mode', 'mode', ['0', '1', '2'])] },
  ),
  ...(
    [
      ['work', 'WORK', 'Always on: 18 to 24 hours of battery.'],
      ['move', 'MOVE', 'Works while the car moves.'],
      ['standby', 'STANDBY', 'Wakes on an SMS or a call only: not reachable over the network until then.'],
    ] as const
  ).map(([mode, word, summary]) =>
    entry(
      `mode-${mode}`,
      `${word[0]}${word.slice(1).toLowerCase()} mode (ST-904L)`,
      summary,
      [text(`${word}{password}`, 'likely', 'ST904', { models: ['ST904'], reply: 'any' })],
      { danger: 'disruptive' },
    ),
  ),
  entry(
    'deep-sleep-bsj',
    'Deep sleep (BSJ)',
    'Sleeps deeply; not reachable over the network.',
    [text('<SPBSJ*P:{accessPassword}*3P:2>', 'unsure', 'BSJ', { models: ['BSJ'], reply: 'any' })],
    {
      danger: 'disruptive',
      params: [secretText('accessPassword', 'password of the tracker, BSJGPS from the factory')],
    },
  ),
  ...huaSunTekEntries,
  entry(
    'time-zone',
    'Time zone',
    'For the times in SMS only; reports stay UTC.',
    [
      text('896{password}{zone}', 'certain', 'RUN, OWN', {
        aliases: ['896{password} {zone}', 'zone{password} {zone}'],
        reply: 'time-zone',
      }),
    ],
    {
      params: [choice('zone', 'E: east of Greenwich, W: west', zones)],
      noChange: sameValue('timeZone', 'zone'),
    },
  ),
  entry(
    'mileage-set',
    'Set the mileage',
    'Sets the odometer to a value.',
    [text('142{password}M{value}', 'certain', 'VSUN, ST907', { reply: 'any' })],
    { params: [integer('value', 'mileage', 'm', 1, 9_999_999)] },
  ),
  entry('mileage-reset', 'Zero the mileage', 'Sets the odometer to zero.', [
    h02('S32,0', 'likely', 'DOC-A'),
    text('142{password}', 'certain', 'VSUN, ST907', { aliases: ['142{password}M0'], reply: 'any' }),
  ]),
]
