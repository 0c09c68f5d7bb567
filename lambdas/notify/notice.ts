import { summarySubject, type Notice } from '#shared/domain/notice-limits.ts'
import type { RuleEvent } from './bus-event.ts'

/**
 * The last place of the bucket is kept for an SOS, the one before it for other alarms, the third last for a contest:
 * reconnects cannot use them up.
 */
const spareForSos = 0
const spareForAlarms = 1
const spareForContests = 2
const spareForOthers = 3

/** Detail types whose subject or urgency is not that of the last row. */
type Rule = (detail: RuleEvent['detail']) => Pick<Notice, 'subject' | 'spare'>
const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    'Device Alarm Raised': ({ alarm }) => ({
      subject: `alarm ${String(alarm)}`,
      spare: alarm === 'sos' ? spareForSos : spareForAlarms,
    }),
    'Device Alarm Cleared': ({ alarm }) => ({ subject: `alarm ${String(alarm)}`, spare: spareForOthers }),
    // As urgent as what was held back.
    'Device Notifications Held Back': () => ({ subject: summarySubject, spare: spareForSos }),
    // Names of version N-1 and of this one.
    'Device Conflict': () => ({ subject: 'contested', spare: spareForContests }),
    'Device Contested': () => ({ subject: 'contested', spare: spareForContests }),
    // A tracker whose network is bad comes and goes.
    'Device Online': () => ({ subject: 'presence', spare: spareForOthers }),
    'Device Offline': () => ({ subject: 'presence', spare: spareForOthers }),
    // Someone with a key asked for each of them.
    'Command Concluded': () => ({ subject: null, spare: spareForOthers }),
  }),
)

/**
 * How the limits count an event. Ids that are not registered share one scope: whoever sprays made-up ids would
 * otherwise cause a mail for each.
 */
export function noticeOf({ 'detail-type': type, detail }: RuleEvent): Notice {
  const rule = rules.get(type)?.(detail) ?? { subject: type, spare: spareForOthers }
  const isOfDevice = typeof detail.deviceId === 'string' && !type.startsWith('Unknown')
  return {
    ...rule,
    scope: isOfDevice ? String(detail.deviceId) : 'unknown-devices',
    title: typeof detail.alarm === 'string' ? `${type} ${detail.alarm}` : type,
  }
}
