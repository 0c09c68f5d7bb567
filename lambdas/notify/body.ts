import type { RuleEvent } from './bus-event.ts'
import { factLines } from './facts.ts'
import { toMs } from './formats.ts'
import type { Style } from './style.ts'

type Detail = RuleEvent['detail']

/** The meaning of an event and what to do, if its name is not enough. */
function meaningOf(detail: Detail, { words, formats }: Style): string[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : words.unknown)
  const time = (value: unknown): string => formats.time(toMs(value))
  const { meters } = detail
  switch (detail.type) {
    case 'device.contested':
      return [words.contested(text(detail.ownerAddress), text(detail.otherAddress), time(detail.until))]
    case 'device.daily-limit':
      return [words.dailyLimit]
    case 'device.moved-parked':
      return [
        words.movedParked(typeof meters === 'number' ? formats.distance(meters) : '?', time(detail.since)),
      ]
    case 'device.source-refused':
      return [words.sourceRefused(text(detail.remoteAddress))]
    default:
      return []
  }
}

function mapOf({ latitude, longitude }: Detail): string[] {
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return []
  return [`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`]
}

/** The time of the fix, if it is not that of the event. */
function withoutRepeats({ detail, time }: RuleEvent, { formats }: Style): Detail {
  const timeOf = (text: unknown): string => formats.time(toMs(text))
  return timeOf(detail.fixTime) === timeOf(time) ? { ...detail, fixTime: null } : detail
}

function headOf({ detail: { deviceId }, time }: RuleEvent, { words, formats }: Style): string {
  const when = formats.time(toMs(time))
  return typeof deviceId === 'string' ? words.device(deviceId, when) : when
}

/** What a notice contains below its title: when, the meaning of the event, where it was, and its facts. */
export const bodyOf = (event: RuleEvent, style: Style): string[] => [
  headOf(event, style),
  ...aboutEvent(withoutRepeats(event, style), style),
]

const aboutEvent = (detail: Detail, style: Style): string[] => [
  ...(detail.late === true ? [style.words.late] : []),
  ...meaningOf(detail, style),
  ...mapOf(detail),
  ...factLines(detail, style.words, style.formats),
]
