/** Who may command the unit by phone, and whom it calls (PROTOCOL.md §5.1 S71, S2, S3, R8; §5.3). */
import { entry, h02, integer, phone, text } from './build.ts'

export const phoneEntries = [
  entry(
    'set-owner-phone',
    'Phone of the owner',
    'Number that gets alarms and may command by SMS; three places.',
    [text('{phone}{password} {slot}', 'certain', 'DOC-B, RUN')],
    {
      params: [phone('phone', 'phone number'), integer('slot', 'place', null, 1, 3, { byDefault: 1 })],
    },
  ),
  entry(
    'set-master-phone',
    'Master phone',
    'Number of the master, without SMS.',
    [h02('S71,01,{phone}', 'likely', 'DOC-B')],
    { params: [phone('phone', 'phone number')] },
  ),
  entry(
    'set-sos-phones',
    'SOS phones',
    'Numbers that the SOS button calls.',
    [h02('S71,02,{phone}[,{phone2}]', 'likely', 'DOC-B')],
    { params: [phone('phone', 'first number'), phone('phone2', 'second number', { required: false })] },
  ),
  entry(
    'set-centre-phone',
    'Phone of the centre (Cantrack)',
    'Number of the monitoring centre.',
    [h02('S2,{phone}', 'likely', 'DOC-C')],
    { params: [phone('phone', 'phone number')] },
  ),
  entry(
    'set-admin-phones',
    'Administrators (Cantrack)',
    'Numbers that may command by SMS.',
    [h02('S3,{phone}[,{phone2}]', 'likely', 'DOC-C')],
    { params: [phone('phone', 'first number'), phone('phone2', 'second number', { required: false })] },
  ),
  entry(
    'delete-phone',
    'Delete a phone number',
    'Forgets the number of one place.',
    [text('D10{slot}#', 'unsure', 'RUN', { reply: 'any' })],
    { params: [integer('slot', 'place', null, 1, 3)] },
  ),
  entry(
    'listen-in',
    'Listen in',
    'The unit calls the number and lets it hear the car; it does not report meanwhile. Ask what the law says.',
    [h02('R8,{phone}', 'likely', 'DOC-A, TC')],
    { danger: 'disruptive', idempotent: false, params: [phone('phone', 'phone number')] },
  ),
]
