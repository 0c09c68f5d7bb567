import type { ChannelTarget, Login } from '#shared/domain/notices/channel.ts'
import { eventTypes } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'

/** A receiver of `--notify`. It contains secrets: only `name` may be logged or shown. */
export type NoticeTarget = {
  /** For example `ntfy ntfy.sh`. */
  readonly name: string
  readonly events: ReadonlySet<string>
} & Exclude<ChannelTarget, { readonly kind: 'email' }>

type Problem = { readonly problem: string }

/** People mute a phone that rings at each reconnect. */
const notByDefault: ReadonlySet<EventType> = new Set([
  'device.online',
  'device.offline',
  'command.concluded',
  'command.corrected',
])

const forms = [
  'ntfy://ntfy.sh/TOPIC',
  'ntfy://TOKEN@HOST/TOPIC',
  'ntfy://USER:PASSWORD@HOST/TOPIC',
  'ntfy+http://HOST:PORT/TOPIC',
  'telegram://BOT-TOKEN@CHAT-ID',
  'pushover://APP-TOKEN@USER-KEY',
  'https://HOST/PATH',
  'https://USER:PASSWORD@HOST/PATH',
].join(', ')

/** Reads a target from its address. `?events=alarm.raised,device.silent` chooses its events. */
export function readTarget(text: string): NoticeTarget | Problem {
  const url = URL.canParse(text) ? new URL(text) : null
  const problem = { problem: `expected one of ${forms}` }
  if (url === null) return problem
  const events = readEvents(url.searchParams.get('events'))
  if ('problem' in events) return events
  const [user, password] = [decode(url.username), decode(url.password)]
  if (user === null || password === null) return badEscape
  switch (url.protocol) {
    case 'ntfy:':
    case 'ntfy+http:': {
      if (!/^\/[\w-]{1,64}$/.test(url.pathname) || url.host === '') return problem
      const scheme = url.protocol === 'ntfy:' ? 'https' : 'http'
      const at = `${scheme}://${url.host}${url.pathname}`
      const access = password === '' ? readToken(user) : readLogin(user, password)
      if ('problem' in access) return access
      return { kind: 'ntfy', name: `ntfy ${url.host}`, events, url: at, ...access }
    }
    case 'telegram:': {
      if (!/^\d+$/.test(user) || !/^[\w-]+$/.test(password) || !/^(?:-?\d+|@?\w+)$/.test(url.host))
        return problem
      return { kind: 'telegram', name: 'telegram', events, botToken: `${user}:${password}`, chatId: url.host }
    }
    case 'pushover:': {
      if (!/^\w+$/.test(user) || password !== '' || !/^\w+$/.test(url.host)) return problem
      return { kind: 'pushover', name: 'pushover', events, appToken: user, userKey: url.host }
    }
    case 'http:':
    case 'https:': {
      url.searchParams.delete('events')
      url.username = url.password = ''
      const target = { kind: 'webhook', name: `webhook ${url.host}`, events, url: url.href } as const
      if (user === '' && password === '') return target
      const access = readLogin(user, password)
      return 'problem' in access ? access : { ...target, login: access.login }
    }
    default:
      return problem
  }
}

/** Null if a `%` in it begins no code. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

// Problems do not repeat what is wrong, because it is secret.
const badEscape: Problem = {
  problem: 'the user name or password contains a % that begins no URL code; write it as %25',
}

function readToken(text: string): { readonly token: string | null } | Problem {
  if (text === '') return { token: null }
  return /^[\u0021-\u007e]+$/.test(text)
    ? { token: text }
    : { problem: 'expected a token of ASCII characters without blanks' }
}

/** A header separates both by a colon. */
const readLogin = (
  user: string,
  password: string,
): { readonly token: null; readonly login: Login } | Problem =>
  user.includes(':')
    ? { problem: 'expected a user name without a colon' }
    : { token: null, login: { user, password } }

function readEvents(text: string | null): ReadonlySet<string> | Problem {
  if (text === null) return new Set(eventTypes.filter((type) => !notByDefault.has(type)))
  const types = text.split(',')
  const unknown = types.find((type) => !eventTypes.includes(type as EventType))
  return unknown === undefined
    ? new Set(types)
    : { problem: `${unknown} is no event; expected some of ${eventTypes.join(', ')}` }
}
