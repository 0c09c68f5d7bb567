import { ignoresQuietHours } from '../../shared/domain/notices/rule.ts'
import type { NewNoticeRule, NoticeKind, NoticeRuleAnswer } from '../api/types.ts'
import { localTimeZone } from '../parts/days.ts'
import { readLimit, type LimitText } from '../parts/device-limit.tsx'
import { toLabelText } from '../parts/labels.ts'
import { choice } from '../text/choice.ts'
import { kindsOfNewRule } from './kinds.ts'

/** A rule as people fill it in. */
export type RuleText = LimitText & {
  readonly name: string
  readonly on: readonly string[]
  /** Empty: any place. */
  readonly places: readonly string[]
  readonly channels: readonly string[]
  readonly isQuiet: boolean
  readonly from: string
  readonly to: string
  readonly timeZone: string
  /** What is sent in quiet hours; the form shows it only. */
  readonly except: readonly string[]
}

export const emptyRule: RuleText = {
  name: '',
  on: kindsOfNewRule,
  labels: '',
  ids: '',
  places: [],
  channels: [],
  isQuiet: false,
  from: '22:00',
  to: '06:00',
  timeZone: localTimeZone(),
  except: ignoresQuietHours,
}

export const toRuleText = ({
  name,
  on,
  labels,
  deviceIds,
  places,
  channels,
  quietHours,
}: NoticeRuleAnswer): RuleText => ({
  ...emptyRule,
  name,
  on,
  places: places ?? [],
  channels,
  labels: labels === null ? '' : toLabelText(labels),
  ids: deviceIds?.join(' ') ?? '',
  isQuiet: quietHours !== null,
  ...(quietHours !== null && {
    from: quietHours.from,
    to: quietHours.to,
    timeZone: quietHours.timeZone,
    except: quietHours.except,
  }),
})

export const isAboutPlaces = (on: readonly string[]): boolean => on.some((kind) => kind.startsWith('place.'))

/**
 * `before`: the quiet hours so far; fields that the form does not show are kept. Throws a readable sentence for a field that is not
 * valid.
 */
export function toRuleRequest(text: RuleText, before: NoticeRuleAnswer | null): NewNoticeRule {
  const { labels, ids } = readLimit(text)
  const { from, to, timeZone } = text
  const hours = { from, to, timeZone: timeZone.trim() }
  const kept = before?.quietHours ?? null
  return {
    name: text.name.trim(),
    on: [...text.on] as NoticeKind[],
    places: isAboutPlaces(text.on) && text.places.length > 0 ? [...text.places] : null,
    channels: [...text.channels],
    labels,
    deviceIds: ids,
    format: { language: choice.language, units: choice.units, timeZone: localTimeZone() },
    quietHours: text.isQuiet
      ? { ...hours, ...(kept !== null && { days: kept.days, except: kept.except as NoticeKind[] }) }
      : null,
  }
}
