/** Who may command the tracker by phone, and whom it calls (PROTOCOL.md section 5.1 S71, S2, S3, R8; 5.3, 5.5, 5.9). */
import { gt09, huaSunTek, lk, vSun } from '../models.ts'
import { choice, entry, h02, integer, phone, text } from './build.ts'

/**
 * The owner of such a number may command the car by SMS or listen in. A change may also mean that someone is not called
 * any more.
 */
const power = { danger: 'sensitive' } as const

export const phoneEntries = [
  entry(
    'set-owner-phone',
    'Phone of the owner',
    'Number that gets alarms and may command by SMS; three slots.',
    [
      text('{phone}{password} {slot}', 'certain', 'DOC-B, RUN', {
        aliases: ['admin{password} {phone}', 'setphone,{slot},{phone}'],
      }),
    ],
    {
      ...power,
      params: [phone('phone', 'phone number'), integer('slot', 'slot', null, 1, 3, { byDefault: 1 })],
    },
  ),
  entry(
    'set-master-phone',
    'Master phone',
    'Number of the master, without SMS.',
    [h02('S71,01,{phone}', 'likely', 'DOC-B')],
    { ...power, params: [phone('phone', 'phone number')] },
  ),
  entry(
    'set-sos-phones',
    'SOS phones',
    'Numbers that the SOS button calls.',
    [h02('S71,02,{phone}[,{phone2}]', 'likely', 'DOC-B')],
    {
      ...power,
      params: [phone('phone', 'first number'), phone('phone2', 'second number', { required: false })],
    },
  ),
  entry(
    'set-centre-phone',
    'Phone of the centre (Cantrack)',
    'Number of the monitoring centre.',
    [h02('S2,{phone}', 'likely', 'DOC-C')],
    {
      ...power,
      params: [phone('phone', 'phone number')],
    },
  ),
  entry(
    'set-admin-phones',
    'Administrators (Cantrack)',
    'Numbers that may command by SMS.',
    [h02('S3,{phone}[,{phone2}]', 'likely', 'DOC-C')],
    {
      ...power,
      params: [phone('phone', 'first number'), phone('phone2', 'second number', { required: false })],
    },
  ),
  entry(
    'delete-phone',
    'Delete a phone number',
    'Deletes the number in one slot.',
    [text('D10{slot}#', 'unsure', 'RUN', { reply: 'any' })],
    { ...power, params: [integer('slot', 'slot', null, 1, 3)] },
  ),
  entry(
    'set-sos-phone',
    'SOS phone (GT09)',
    'Number that the SOS button calls; three slots.',
    [text('10{slot}#{phone}#', 'likely', 'GT09', { models: gt09, reply: 'any' })],
    { ...power, params: [integer('slot', 'slot', null, 1, 3), phone('phone', 'phone number')] },
  ),
  entry(
    'set-sos-phone-lk',
    'SOS phone (LK)',
    'Number that the SOS button calls; the wording is known from one tracker.',
    [h02('S8,{phone}', 'unsure', 'RFV16', { models: lk })],
    { ...power, params: [phone('phone', 'phone number')] },
  ),
  entry(
    'bind-phones',
    'Bound phones (HuaSunTek)',
    'Up to six numbers, the first is the main one.',
    [
      h02('UR,{phone}[,{phone2}][,{phone3}][,{phone4}][,{phone5}][,{phone6}]', 'likely', 'DOC-D', {
        models: huaSunTek,
        time: 'none',
      }),
    ],
    {
      ...power,
      params: [
        phone('phone', 'main number'),
        ...['2', '3', '4', '5', '6'].map((n) => phone(`phone${n}`, `number ${n}`, { required: false })),
      ],
    },
  ),
  entry(
    'alarm-key',
    'Alarm by key (HuaSunTek)',
    'Whether a key sends an SMS or calls.',
    [h02('KC,{key},{type}', 'likely', 'DOC-D', { models: huaSunTek, time: 'none' })],
    {
      ...power,
      params: [
        choice('key', '0: SOS, 1 and 2: the others', ['0', '1', '2']),
        choice('type', '1: SMS, 2: call', ['1', '2']),
      ],
    },
  ),
  entry(
    'answer-calls',
    'Answer calls (HuaSunTek)',
    'Whether the tracker answers calls; who calls can listen.',
    [h02('ACPC,{enable}', 'likely', 'DOC-D', { models: huaSunTek, time: 'none' })],
    { ...power, params: [choice('enable', '1: on, 0: off', ['0', '1'])] },
  ),
  entry(
    'calls-stored-only',
    'Calls from stored numbers only',
    'The tracker takes calls only from the numbers stored in it.',
    [text('170{password}', 'likely', 'VSUN', { models: vSun, reply: 'any' })],
    power,
  ),
  entry(
    'calls-any',
    'Calls from any number',
    'The tracker takes calls from any number.',
    [text('171{password}', 'likely', 'VSUN', { models: vSun, reply: 'any' })],
    power,
  ),
  entry(
    'listen-in-owner',
    'Listen in (calls back)',
    'The tracker calls its owner and transmits the sound in the car; check what the law says.',
    [
      // It needs no password, and is not known for any other tracker.
      text('66', 'likely', 'ST904', { models: ['ST904'], dangerElsewhere: 'disruptive', reply: 'any' }),
      h02('CALB', 'likely', 'DOC-D', { models: huaSunTek, time: 'last' }),
    ],
    { ...power, idempotent: false },
  ),
  entry(
    'listen-in',
    'Listen in',
    'The tracker calls the number and transmits the sound in the car; it does not report meanwhile. Check what the law says.',
    [h02('R8,{phone}', 'likely', 'DOC-A, TC')],
    { ...power, idempotent: false, params: [phone('phone', 'phone number')] },
  ),
]
