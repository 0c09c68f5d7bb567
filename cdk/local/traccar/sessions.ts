import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export type Session = { readonly key: string; readonly email: string }
export type Sessions = ReturnType<typeof createSessions>

/** The name of Traccar's session cookie. */
const COOKIE = 'JSESSIONID'
const MAX_SESSIONS = 1_000
const MAX_IDLE_MS = 7 * 24 * 3_600_000

export const toCookie = (id: string, { isSecure }: { readonly isSecure: boolean }): string =>
  `${COOKIE}=${id}; Path=/api; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${id === '' ? '; Max-Age=0' : ''}`

/** Sessions by cookie, in memory only: they end with the process, or after a week without use. */
export function createSessions(now: () => number = Date.now) {
  /** In order of last use. */
  const sessions = new Map<string, Session & { readonly usedAt: number }>()
  const idOf = ({ cookie = '' }: IncomingHttpHeaders): string =>
    new RegExp(`(?:^|; *)${COOKIE}=([\\w-]+)`).exec(cookie)?.[1] ?? ''
  const keep = (id: string, { key, email }: Session): void => {
    sessions.delete(id)
    sessions.set(id, { key, email, usedAt: now() })
  }
  return {
    /** Starts a session; returns its id. */
    open: (session: Session): string => {
      const id = randomBytes(32).toString('base64url')
      keep(id, session)
      for (const old of [...sessions.keys()].slice(0, -MAX_SESSIONS)) sessions.delete(old)
      return id
    },
    /** The session of a cookie; null if there is none. */
    find: (headers: IncomingHttpHeaders): Session | null => {
      const id = idOf(headers)
      const session = sessions.get(id)
      if (session === undefined) return null
      if (now() - session.usedAt > MAX_IDLE_MS) {
        sessions.delete(id)
        return null
      }
      keep(id, session)
      return session
    },
    end: (headers: IncomingHttpHeaders): void => void sessions.delete(idOf(headers)),
  }
}

/** The key in the Authorization header: a Bearer token, or the password of Basic with any user name. */
function readAuthorization(text: string | undefined): Session | null {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(text ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') return { key: value, email: '' }
  const [, email = '', key = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? []
  return key === '' ? null : { key, email }
}

/** The caller by the Authorization header, else by the cookie; null if there is neither. */
export const findCaller = (sessions: Pick<Sessions, 'find'>, headers: IncomingHttpHeaders): Session | null =>
  readAuthorization(headers.authorization) ?? sessions.find(headers)
