import { eventTypes } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'

/** Where notifications go, besides the SNS topic. Secrets are in it: only `name` is for logs and people. */
export type NoticeTarget = {
  /** Such as `ntfy ntfy.sh`. */
  readonly name: string
  readonly events: ReadonlySet<string>
} & (
  | { readonly kind: 'ntfy'; readonly url: string; readonly token: string | null }
  | { readonly kind: 'telegram'; readonly botToken: string; readonly chatId: string }
  | { readonly kind: 'pushover'; readonly appToken: string; readonly userKey: string }
  | { readonly kind: 'webhook'; readonly url: string }
)

export type Problem = { readonly problem: string }

/** A phone that rings at each reconnect is soon silenced. */
const notByDefault: ReadonlySet<EventType> = new Set([
  'device.online',
  'device.offline',
  'command.concluded',
  'command.corrected',
])

const forms = [
  'ntfy://ntfy.sh/TOPIC',
  'ntfy://TOKEN@HOST/TOPIC',
  'ntfy+http://HOST:PORT/TOPIC',
  'telegram://BOT-TOKEN@CHAT-ID',
  'pushover://APP-TOKEN@USER-KEY',
  'https://HOST/PATH',
].join(', ')

/** A target from its address. `?events=alarm.raised,device.silent` chooses what goes there. */
export function readTarget(text: string): NoticeTarget | Problem {
  const url = URL.canParse(text) ? new URL(text) : null
  const problem = { problem: `expected one of ${forms}` }
  if (url === null) return problem
  const events = readEvents(url.searchParams.get('events'))
  if ('problem' in events) return events
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  switch (url.protocol) {
    case 'ntfy:':
    case 'ntfy+http:': {
      if (!/^\/[\w-]{1,64}$/.test(url.pathname) || url.host === '') return problem
      const scheme = url.protocol === 'ntfy:' ? 'https' : 'http'
      const at = `${scheme}://${url.host}${url.pathname}`
      return { kind: 'ntfy', name: `ntfy ${url.host}`, events, url: at, token: user === '' ? null : user }
    }
    case 'telegram:': {
      if (!/^\d+$/.test(user) || !/^[\w-]+$/.test(password) || !/^(?:-?\d+|@?\w+)$/.test(url.host))
        return problem
      return { kind: 'telegram', name: 'telegram', events, botToken: `${user}:${password}`, chatId: url.host }
    }
    case 'pushover:': {
      if (!/^\w+$/.test(user) || !/^\w+$/.test(url.host)) return problem
      return { kind: 'pushover', name: 'pushover', events, appToken: user, userKey: url.host }
    }
    case 'http:':
    case 'https:':
      url.searchParams.delete('events')
      return { kind: 'webhook', name: `webhook ${url.host}`, events, url: url.href }
    default:
      return problem
  }
}

function readEvents(text: string | null): ReadonlySet<string> | Problem {
  if (text === null) return new Set(eventTypes.filter((type) => !notByDefault.has(type)))
  const wanted = text.split(',')
  const unknown = wanted.find((type) => !eventTypes.includes(type as EventType))
  return unknown === undefined
    ? new Set(wanted)
    : { problem: `${unknown} is no event; expected some of ${eventTypes.join(', ')}` }
}
