/** What a tracker reports of itself (PROTOCOL.md section 5.1 S26, S32; 5.3 CXZT, QZXT, RCONF, CHECK, 143, C10#; 5.5 INFO). */
import { huaSunTek, lk } from '../models.ts'
import { choice, entry, h02, text } from './build.ts'
import { REBOOT_REPLY_MS } from '../windows.ts'

export const readEntries = [
  entry(
    'read-status',
    'Status',
    'Firmware, id, server, intervals, supply, APN, satellites, GSM.',
    [text('CXZT', 'certain', 'TC#5628, OWN', { reply: 'status' })],
    { probe: true },
  ),
  entry(
    'read-firmware',
    'Firmware',
    'Name and version of the firmware.',
    [text('QZXT', 'likely', 'SEED', { reply: 'firmware' })],
    { probe: true },
  ),
  entry(
    'read-state',
    'State',
    'Signal, satellites and battery: a LINK frame on LK and TK trackers.',
    [h02('S26,{mode}', 'likely', 'TC#1173', { reply: 'link' })],
    { params: [choice('mode', 'which part', ['0', '1', '2'], { byDefault: '0' })], probe: true },
  ),
  entry(
    'mileage-read',
    'Mileage',
    'What the odometer counts.',
    // 0 would reset the mileage.
    [
      h02('S32,1', 'likely', 'DOC-A'),
      text('143{password}', 'certain', 'VSUN, ST907, RUN', { reply: 'mileage' }),
    ],
    { probe: true },
  ),
  entry(
    'read-speed-limits',
    'Speed limits (old trackers)',
    'Upper and lower limit in knots, and for how long; asked with mode 0, which changes nothing.',
    [h02('S14,0,0,0,0', 'certain', 'DOC-A, TC')],
    { probe: true },
  ),
  entry(
    'read-config',
    'Settings',
    'All settings, phone numbers and passwords among them; many trackers answer only after a restart.',
    [text('RCONF', 'likely', 'SEED, RUN', { reply: 'config', replyMs: REBOOT_REPLY_MS })],
    { probe: true },
  ),
  entry(
    'read-info',
    'All settings (HuaSunTek)',
    'Battery, server, intervals, phone numbers, APN.',
    [h02('INFO', 'likely', 'DOC-D', { models: huaSunTek, time: 'none' })],
    { probe: true },
  ),
  entry(
    'read-phones',
    'Phone numbers',
    'Which numbers are set.',
    [text('C10#', 'unsure', 'RUN', { reply: 'phones' })],
    { probe: true },
  ),
  entry(
    'read-status-lk',
    'Status (LK)',
    'State of the tracker; what it answers is not recorded.',
    [h02('CK', 'unsure', 'RFV16', { models: lk })],
    { probe: true },
  ),
  // Last in a probe: its answer is not known, so while it is open any later text could count as its answer.
  entry(
    'read-network',
    'SIM and network',
    'State of the SIM and the network.',
    [text('CHECK', 'unsure', 'ST904', { reply: 'any' })],
    { probe: true },
  ),
]
