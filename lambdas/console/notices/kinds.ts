import { eventTypes } from '../../shared/domain/events/catalogue.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

/** The kinds that the form offers; the API has more. */
export const offeredKinds: readonly string[] = Object.keys(t.notices.what).filter((kind) =>
  eventTypes.some((type) => type === kind.split(':')[0]),
)

/** An alarm that the form does not offer is called as on the page of alarms. */
export function kindText(kind: string): string {
  const known = t.notices.what[kind]
  if (known !== undefined) return known
  const [type, alarm] = kind.split(':')
  return type === 'alarm.raised' && alarm !== undefined ? wordOf(t.words.alarms, alarm) : kind
}

/** What a new rule is about, unless its owner changes it. */
export const kindsOfNewRule: readonly string[] = [
  'alarm.raised:sos',
  'alarm.raised:power-cut',
  'alarm.raised:moved',
  'device.moved-parked',
  'alarm.raised:theft',
  'device.silent',
]

/** The kinds of a rule that are sent in its quiet hours. */
export const kindsInQuietHours = ({
  on,
  except,
}: {
  readonly on: readonly string[]
  readonly except: readonly string[]
}): readonly string[] => except.filter((kind) => on.includes(kind) || on.includes(kind.split(':')[0]!))
