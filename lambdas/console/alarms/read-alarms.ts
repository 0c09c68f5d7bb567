import { answerOf } from '../api/client.ts'
import type { EventAnswer } from '../api/types.ts'
import { fleet, isFleetLoaded, refreshFleet } from '../state/fleet.ts'
import { api } from '../state/session.ts'
import { isAlarmEvent, openFromBefore, toAlarmSpans, type AlarmSpan } from './alarm-spans.ts'
import { MAX_EVENTS, PAGE_SIZE, readNewest, type Newest } from './read-newest.ts'
import { currentTime } from '../state/clock.ts'

const HOUR_MS = 3_600_000

type Alarms = Pick<Newest, 'since' | 'isCut'> & { readonly spans: readonly AlarmSpan[] }

const readPage = (query: {
  readonly from: number
  readonly to?: number | undefined
  readonly deviceId?: string
  readonly cursor: string | undefined
}) =>
  answerOf(
    api.GET('/v1/events', {
      params: {
        query: {
          ...query,
          type: 'alarm.raised,alarm.cleared',
          from: new Date(query.from).toISOString(),
          to: query.to === undefined ? undefined : new Date(query.to).toISOString(),
          limit: PAGE_SIZE,
        },
      },
    }),
  )

/** The list of one device is newest first. */
async function readOfDevice(deviceId: string, begin: number): Promise<Newest> {
  const events: EventAnswer[] = []
  let cursor: string | undefined
  do {
    const page = await readPage({ deviceId, from: begin, cursor })
    events.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && events.length < MAX_EVENTS)
  const isCut = cursor !== undefined
  return { events, since: isCut ? Date.parse(events.at(-1)!.time) : begin, isCut }
}

const endOf = ({ to }: AlarmSpan): number => to ?? Infinity

/** The alarms of the last hours, the newest first. An empty `deviceId`: of all devices. */
export async function readAlarms(deviceId: string, hours: number): Promise<Alarms> {
  if (!isFleetLoaded.value) await refreshFleet()
  const rows = fleet.value.filter((row) => deviceId === '' || row.deviceId === deviceId)
  const now = currentTime()
  const begin = now - hours * HOUR_MS
  const { events, since, isCut } =
    deviceId === '' ? await readNewest(readPage, { begin, now }) : await readOfDevice(deviceId, begin)
  const found = toAlarmSpans(events.filter(isAlarmEvent))
  // The list of all devices is ordered by when events were stored; a late event may describe an earlier time.
  const spans = [...openFromBefore(rows, found), ...found.filter((span) => endOf(span) >= since)]
  return { spans, since, isCut }
}
