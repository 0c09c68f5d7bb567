import { isWithinLimit, type DeviceLimit } from '../device-limit.ts'
import type { Labels } from '../labels.ts'
import { SUMMARY_SUBJECT, WINDOW_MS, type Notice } from '../notice-limits.ts'
import type { NoticeFormat } from './notice-format.ts'
import { quietUntil, type QuietHours } from './quiet-hours.ts'

/** A rule: who is notified of which events. Times are ms since 1970 UTC. */
export type NoticeRule = {
  readonly ruleId: string
  readonly name: string
  /** A type of event (events/catalogue.ts), or a type and its alarm: `alarm.raised:sos`. */
  readonly on: readonly string[]
  /** Null: all devices. */
  readonly devices: DeviceLimit | null
  /** Of events about places, only those about these places; null: any place. */
  readonly places: readonly string[] | null
  /** Ids of channels (channel.ts). */
  readonly channels: readonly string[]
  readonly quietHours: QuietHours | null
  /** How its notices are written; null: the default. */
  readonly format: NoticeFormat | null
  /** The same kind of event of one device is sent once in this many minutes. */
  readonly debounceMinutes: number
  readonly enabled: boolean
  /** The device limit of the key that created it: the rule never notifies of other devices. */
  readonly limit: DeviceLimit | null
  readonly createdAt: number
  readonly createdBy: string
  /** The rule expires with the key that created it; null: never. */
  readonly expiresAt: number | null
}

export const isRuleId = (text: string): boolean => /^nr_[0-9a-f]{12}$/.test(text)

/** The fields of an event that a rule reads. */
export type RuleInput = {
  readonly type: string
  readonly deviceId: string | null
  /** Labels of the device; null if it is not registered. */
  readonly labels: Labels | null
  readonly data: Readonly<Record<string, unknown>>
}

export const DEFAULT_DEBOUNCE_MINUTES = WINDOW_MS / 60_000
/**
 * Kinds that are sent in quiet hours, unless a rule says otherwise: someone needs help, or takes the car. Vibration, batteries,
 * antennas and speed are excluded, because wind and drivers cause them every night.
 */
export const ignoresQuietHours: readonly string[] = [
  'alarm.raised:sos',
  'alarm.raised:power-cut',
  'alarm.raised:power-off',
  'alarm.raised:moved',
  'device.moved-parked',
  'alarm.raised:theft',
  'alarm.raised:illegal-start',
  'alarm.raised:fence-out',
  // A text of the tracker that names no alarm: it may be any of the above.
  'alarm.raised:alarm',
]

const hasKind = (kinds: readonly string[], { type, data }: Pick<RuleInput, 'type' | 'data'>): boolean =>
  kinds.includes(type) || (typeof data.alarm === 'string' && kinds.includes(`${type}:${data.alarm}`))

const isActive = ({ enabled, expiresAt }: NoticeRule, now: number): boolean =>
  enabled && (expiresAt === null || now < expiresAt)

/** Events that are not about a device match rules for all devices, made by a key that sees all devices. */
function isForDevice({ devices, limit }: NoticeRule, { deviceId, labels }: RuleInput): boolean {
  if (deviceId === null) return devices === null && limit === null
  return isWithinLimit(devices, { deviceId, labels }) && isWithinLimit(limit, { deviceId, labels })
}

const isForPlace = ({ places }: NoticeRule, { data: { placeId } }: RuleInput): boolean =>
  places === null || typeof placeId !== 'string' || places.includes(placeId)

/** Whether the kind of event matches at all, so that the device has to be read. */
export const mayMatch = (rule: NoticeRule, event: Pick<RuleInput, 'type' | 'data'>, now: number): boolean =>
  isActive(rule, now) && hasKind(rule.on, event)

/**
 * The input of the notification limits (notice-limits.ts) for an event and a rule; null if the rule does not match. In quiet hours
 * the event is counted for the rule's summary, which is sent when they end. At other times each device has separate limits for each
 * rule.
 */
export function noticeByRule(
  rule: NoticeRule,
  event: RuleInput,
  { title, spare, now }: { readonly title: string; readonly spare: number; readonly now: number },
): Notice | null {
  if (!mayMatch(rule, event, now) || !isForDevice(rule, event) || !isForPlace(rule, event)) return null
  const { type, deviceId, data } = event
  const subject = [type, data.alarm, data.placeId].filter((part) => typeof part === 'string').join(':')
  const { quietHours, ruleId, debounceMinutes } = rule
  const until = quietHours === null || hasKind(quietHours.except, event) ? null : quietUntil(quietHours, now)
  return {
    scope: until === null ? scopeOf(ruleId, type, deviceId) : quietScopeOf(ruleId),
    subject,
    title,
    spare,
    windowMs: debounceMinutes * 60_000,
    holdUntil: until,
  }
}

const SCOPE_PREFIX = 'rule:'
const QUIET = 'quiet'
/** Ids that are not registered share one scope: otherwise someone who sprays made-up ids would cause a notice for each. */
const scopeOf = (ruleId: string, type: string, deviceId: string | null): string =>
  `${SCOPE_PREFIX}${ruleId}:${type.startsWith('unknown-') ? 'unknown' : (deviceId ?? 'installation')}`
const quietScopeOf = (ruleId: string): string => `${SCOPE_PREFIX}${ruleId}:${QUIET}`

/** The id of the rule to which the limits of a scope belong; null if the scope belongs to no rule. */
export const ruleIdOfScope = (scope: string): string | null => /^rule:(\w+):\w+$/.exec(scope)?.[1] ?? null

/** The input of the limits for a rule's summary: in quiet hours it waits for their end. */
export const summaryByRule = (rule: NoticeRule | null, scope: string, now: number): Notice => ({
  scope,
  subject: SUMMARY_SUBJECT,
  title: SUMMARY_SUBJECT,
  spare: 0,
  isUnwanted: rule === null || !isActive(rule, now),
  ...(rule !== null && {
    windowMs: rule.debounceMinutes * 60_000,
    holdUntil: rule.quietHours === null ? null : quietUntil(rule.quietHours, now),
  }),
})
