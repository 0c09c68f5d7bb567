/** Fuel relay and arming (PROTOCOL.md section 5.1 S20, SCF; 5.3 940, 941, 900 to 903, 666). Status bits: section 3.1. */
import { sinoTrack } from '../models.ts'
import { choice, entry, h02, plain, statusBit, text } from './build.ts'
import { CUT_REPLY_MS } from '../windows.ts'

const RELAY_BIT = 27
const ARMED_BIT = 9

export const engineEntries = [
  entry(
    'engine-cut',
    'Cut the engine',
    'Opens the fuel relay. The car stops, at speed too: two steps, own scope, never stored or repeated.',
    [
      h02('S20,1,1', 'certain', 'TC, DOC-B, SEED', { replyMs: CUT_REPLY_MS }),
      // `555` belongs to the CJ730, by SMS only (TC#5417); 900, then 901 within 10 minutes, belong to V-SUN. They are
      // recognized in typed text, but never written by us.
      text('940{password}', 'likely', 'OWN', { aliases: ['555', '900{password}', '901{password}'] }),
    ],
    { danger: 'dangerous', idempotent: false, effect: () => statusBit('relay', RELAY_BIT, true) },
  ),
  entry(
    'engine-cut-pulses',
    'Cut the engine in steps',
    'Cuts and restores alternately for the seconds given, the first a cut: the car slows down.',
    [h02('S20,1,{seconds}', 'likely', 'DOC-A', { replyMs: CUT_REPLY_MS })],
    {
      danger: 'dangerous',
      idempotent: false,
      params: [
        // A single 0 or 1 has another meaning in S20. According to the document there are up to thirty durations.
        plain('seconds', 'seconds of cut, restore, cut …, with commas', 'text', {
          pattern: String.raw`(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(?:,(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){1,29}`,
        }),
      ],
      effect: () => statusBit('relay', RELAY_BIT, true),
    },
  ),
  entry(
    'engine-restore',
    'Release the engine',
    'Closes the fuel relay again. Never gated.',
    [
      h02('S20,{form}', 'certain', 'TC, DOC-B, SEED'),
      // The V-SUN manual prints "941=902+903" (restore) and says in the same paragraph that it cuts.
      // `666` belongs to the CJ730, 902 followed by 903 to V-SUN.
      text('941{password}', 'likely', 'OWN', {
        models: sinoTrack,
        dangerElsewhere: 'dangerous',
        aliases: ['666', '902{password}', '903{password}'],
      }),
    ],
    {
      params: [
        choice('form', '1,0 as most servers say it, 0,0 as the vendor does', ['1,0', '0,0'], {
          byDefault: '1,0',
        }),
      ],
      effect: () => statusBit('relay', RELAY_BIT, false),
    },
  ),
  entry('arm', 'Arm', 'Watches doors and movement.', [h02('SCF,0,0', 'certain', 'TC, DOC-B')], {
    effect: () => statusBit('armed', ARMED_BIT, true),
  }),
  // `1,0` was observed in one fleet.
  entry(
    'disarm',
    'Disarm',
    'Stops watching.',
    [h02('SCF,1,1', 'certain', 'TC, DOC-B', { aliases: ['SCF,1,0'] })],
    {
      danger: 'sensitive',
      effect: () => statusBit('armed', ARMED_BIT, false),
    },
  ),
]
