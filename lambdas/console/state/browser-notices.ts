import { effect, signal } from '@preact/signals'
import type { EventType } from '../../shared/domain/events/event-data.ts'
import { answerOf } from '../api/client.ts'
import { messageOf } from '../api/explain.ts'
import type { EventAnswer } from '../api/types.ts'
import { toSpeed } from '../parts/format.ts'
import { t } from '../text/text.ts'
import { fleet, isFleetLoaded, refreshFleet } from './fleet.ts'
import { api, isSignedIn } from './session.ts'
import { currentTime } from './clock.ts'

const STORAGE_KEY = 'h02.notices'
const READ_EVERY_MS = 10_000
/** The events that a rule for notices can name, except the frequent ones: online and offline. */
const types = [
  'alarm.raised',
  'device.silent',
  'device.moved-parked',
  'place.entered',
  'place.left',
  'place.stayed',
  'speed.exceeded',
] as const satisfies readonly EventType[]

const isPossible = (): boolean => typeof Notification !== 'undefined'

function isSwitchedOn(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'on'
  } catch {
    return false
  }
}

/** `missing`: this browser has no notifications on this page. `denied`: the user does not allow them. */
export type BrowserNotices = 'on' | 'off' | 'denied' | 'missing'

const stateNow = (): BrowserNotices => {
  if (!isPossible()) return 'missing'
  if (Notification.permission === 'denied') return 'denied'
  return isSwitchedOn() && Notification.permission === 'granted' ? 'on' : 'off'
}
/** Why events could not be read; they are read again soon. */
export const browserNoticesTrouble = signal<string | null>(null)
export const browserNotices = signal<BrowserNotices>(stateNow())

/** Only on a click: browsers ask their user for permission. */
export async function switchBrowserNotices(isOn: boolean): Promise<void> {
  if (isOn && isPossible() && Notification.permission === 'default') await Notification.requestPermission()
  try {
    localStorage.setItem(STORAGE_KEY, isOn ? 'on' : 'off')
  } catch {
    // Without storage the switch lasts until a reload.
  }
  const state = stateNow()
  browserNotices.value = isOn && state === 'off' && Notification.permission === 'granted' ? 'on' : state
}

function titleOf(event: EventAnswer): string {
  const name = fleet.value.find(({ deviceId }) => deviceId === event.deviceId)?.name ?? event.deviceId ?? ''
  if (event.type === 'device.silent') return t.notices.silentTitle(name)
  if (event.type !== 'alarm.raised')
    return t.notices.alarmTitle(name, t.notices.what[event.type] ?? event.type)
  const { alarm } = event.data
  return t.notices.alarmTitle(name, t.notices.what[`alarm.raised:${alarm}`] ?? alarm.replaceAll('-', ' '))
}

/** The place or the speed; empty if the title has everything. */
function bodyOf({ type, data }: EventAnswer): string {
  if (type === 'speed.exceeded') return toSpeed(data.topSpeedKmh)
  return type === 'place.entered' || type === 'place.left' || type === 'place.stayed' ? data.name : ''
}

/** The same `tag` replaces a notification: two tabs show an event once. */
const show = (event: EventAnswer): Notification =>
  new Notification(titleOf(event), { tag: event.id, body: bodyOf(event) })

/** The server's clock, to the second: the browser's may be wrong, and `from` is compared with when events were stored. */
async function readServerTime(): Promise<string> {
  const { response } = await api.GET('/v1/devices', { params: { query: { limit: 1 } } })
  const at = Date.parse(response.headers.get('date') ?? '')
  return new Date(Number.isNaN(at) ? currentTime() : at).toISOString()
}

/** The events since the last call; the first call begins now. */
function createReader(): () => Promise<readonly EventAnswer[]> {
  let from: string | undefined
  let cursor: string | undefined
  return async () => {
    from ??= await readServerTime()
    const query = { type: types.join(','), from, limit: 100, cursor }
    const page = await answerOf(api.GET('/v1/events', { params: { query } }))
    cursor = page.nextCursor ?? cursor
    return page.items
  }
}

/** Shows these events while the console is open and the switch is on; returns a function that stops it. */
export function watchBrowserNotices(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = effect(() => {
    clearInterval(timer)
    if (!isSignedIn.value || browserNotices.value !== 'on') return
    const read = createReader()
    const look = async (): Promise<void> => {
      const events = await read()
      if (events.length > 0 && !isFleetLoaded.value) await refreshFleet()
      events.forEach(show)
    }
    const lookAndNote = async (): Promise<void> => {
      try {
        await look()
        browserNoticesTrouble.value = null
      } catch (error) {
        browserNoticesTrouble.value = messageOf(error)
      }
    }
    void lookAndNote()
    timer = setInterval(() => void lookAndNote(), READ_EVERY_MS)
  })
  return () => {
    stop()
    clearInterval(timer)
  }
}
