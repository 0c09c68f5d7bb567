/** What an SMS message is about (PROTOCOL.md §5.3): the text is all there is, for it names no command. */
import type { ReplyKind } from './types.ts'

export type SmsKind = Exclude<ReplyKind, 'echo' | 'link' | 'phones' | 'any'> | 'error' | 'alarm' | 'other'

/** First that fits. */
const kinds: readonly (readonly [SmsKind, RegExp])[] = [
  ['config', /\bMODE:[\s\S]*UPLOAD TIME|UPLOAD TIME[\s\S]*\bMODE:/i],
  ['status', /(?:^|[\n,*])\s*UT:[\s\S]*GSM:|GSM:[\s\S]*\bUT:/i],
  // ST-904L: one line, parts separated by stars.
  ['status', /\*ID:[\s\S]*\*F:[\s\S]*\*V:/i],
  [
    'error',
    /\b(?:FAIL(?:ED|URE)?|ERR(?:OR)?|INVALID|WRONG|DENIED|UNKNOWN (?:COMMAND|CMD)|NOT SUPPORT(?:ED)?)\b/i,
  ],
  ['time-zone', /TIME ?ZONE.*\bOK\b/i],
  ['server', /^\s*IP[: ].*\bOK\b/i],
  ['apn', /\bAPN\b.*\bOK\b/i],
  ['password', /\b(?:PASSWORD|PSW|PWD)\b.*\bOK\b/i],
  ['set-ok', /\b(?:OK|SUCCESS)\b/i],
  ['location', /maps\.|https?:\/\/|\blat(?:itude)?\b.*\blon/i],
  ['alarm', /\bALARM\b(?!.*\b(?:ON|OFF)\b)/i],
  // A lone firmware name: what CXZT begins with.
  ['firmware', /^\s*(?:ST-?\d{3}|[A-Z0-9]+_)[^\n:]*(?:V_?\d|TQ)[^\n:]*\s*$/i],
]

export const smsKindOf = (text: string): SmsKind =>
  kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other'

/** Contents that no other command answers with. */
export const unmistakable: ReadonlySet<SmsKind> = new Set<SmsKind>(['status', 'config', 'time-zone'])

/** Settings that name what was set; each may also answer with a plain SET OK. */
export const namedSettings: ReadonlySet<SmsKind> = new Set<SmsKind>([
  'time-zone',
  'server',
  'apn',
  'password',
])
