import { SUMMARY_SUBJECT, type Notice } from '#shared/domain/notice-limits.ts'
import type { RuleEvent } from './bus-event.ts'

/**
 * The last slot of the bucket is reserved for an SOS, the second last for other alarms, the third last for a contest:
 * reconnects cannot use them up.
 */
const SPARE_FOR_SOS = 0
const SPARE_FOR_ALARMS = 1
const SPARE_FOR_CONTESTS = 2
const SPARE_FOR_OTHERS = 3

/** Detail types with their own subject or urgency; others use the last row. */
type Rule = (detail: RuleEvent['detail']) => Pick<Notice, 'subject' | 'spare'>
const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    'Device Alarm Raised': ({ alarm }) => ({
      subject: `alarm ${String(alarm)}`,
      spare: alarm === 'sos' ? SPARE_FOR_SOS : SPARE_FOR_ALARMS,
    }),
    'Device Alarm Cleared': ({ alarm }) => ({ subject: `alarm ${String(alarm)}`, spare: SPARE_FOR_OTHERS }),
    // As urgent as the events that were held back.
    'Device Notifications Held Back': () => ({ subject: SUMMARY_SUBJECT, spare: SPARE_FOR_SOS }),
    // The names used by version N-1 and by this version.
    'Device Conflict': () => ({ subject: 'contested', spare: SPARE_FOR_CONTESTS }),
    'Device Contested': () => ({ subject: 'contested', spare: SPARE_FOR_CONTESTS }),
    // A tracker with a bad network often connects and disconnects.
    'Device Online': () => ({ subject: 'presence', spare: SPARE_FOR_OTHERS }),
    'Device Offline': () => ({ subject: 'presence', spare: SPARE_FOR_OTHERS }),
    // Someone with a key has requested each of these.
    'Command Concluded': () => ({ subject: null, spare: SPARE_FOR_OTHERS }),
  }),
)

/**
 * How the limits count an event. Unregistered ids share one scope: otherwise someone who sprays made-up ids would cause
 * a mail for each.
 */
export function noticeOf({ 'detail-type': type, detail }: RuleEvent): Notice {
  const rule = rules.get(type)?.(detail) ?? { subject: type, spare: SPARE_FOR_OTHERS }
  return {
    ...rule,
    scope: scopeOf(type, detail),
    title: typeof detail.alarm === 'string' ? `${type} ${detail.alarm}` : type,
  }
}

function scopeOf(type: string, { scope, deviceId }: RuleEvent['detail']): string {
  if (type.startsWith('Unknown')) return 'unknown-devices'
  // A summary has the scope for which it was requested.
  if (typeof scope === 'string') return scope
  return typeof deviceId === 'string' ? deviceId : 'installation'
}
