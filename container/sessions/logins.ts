import { toKnownType } from '#h02'
import type { Log } from '#shared/log.ts'
import type { Login, SessionStore } from '#shared/store/sessions.ts'
import type { Session } from './session.ts'
import type { UnknownIds } from './unknown-ids.ts'

export type Answer =
  | { readonly kind: 'login'; readonly login: Login }
  /** `unregistered`: the id could not register itself either. */
  | { readonly kind: 'unregistered' | 'source' | 'throttled' }
  /** The socket closed while the registry did not answer: nothing was decided. */
  | { readonly kind: 'withdrawn' }

export type Logins = {
  /** `onAnswer` follows, unless the request is withdrawn before it was sent. */
  readonly ask: (session: Session) => void
  /** True: the request has not been sent, and will not be. */
  readonly withdraw: (session: Session) => boolean
  /** Number of logins that wait or are under way. */
  readonly size: () => number
  readonly stop: () => void
}

type LoginsOptions = {
  readonly sessions: SessionStore
  readonly gatewayId: string
  readonly registration: 'open' | 'registered'
  readonly unknownIds: UnknownIds
  readonly onAnswer: (session: Session, answer: Answer) => void
  /** The id has registered itself just now. */
  readonly onRegistered: (session: Session) => void
  /** The id is not registered, and is listed for the first time in a month. */
  readonly onUnknown: (session: Session, sampleType: string | null) => void
  readonly log: Log
  readonly monotonic: () => number
  readonly firstRetryMs?: number | undefined
}

/** A limit, because each call needs 100 kB in the SDK, and commands must find a free socket to the table. */
const KNOWN_CALLS = 32
const UNKNOWN_CALLS = 8
const MAX_RETRY_MS = 5_000
const LOG_EVERY_MS = 60_000

/**
 * Asks the registry about sessions, a few at a time. Ids that were registered here before have their own queue, so they
 * do not wait behind made-up ones. While the registry does not answer, one request at a time is retried; the others
 * wait for it without timers.
 */
export function createLogins(options: LoginsOptions): Logins {
  const { sessions, gatewayId, registration, unknownIds, log, monotonic } = options
  let warnedAt = Number.NEGATIVE_INFINITY
  const warn = (message: string, fields: Readonly<Record<string, unknown>>): void => {
    const at = monotonic()
    if (at - warnedAt < LOG_EVERY_MS) return
    warnedAt = at
    log.warn(message, fields)
  }

  const call = async (session: Session): Promise<Answer> => {
    const { deviceId, sessionId, connection, isFirst, state } = session
    const request = { deviceId, sessionId, gatewayId, remoteAddress: connection.remoteAddress }
    const login = await sessions.login(request)
    if (login !== null) return toAnswer(login)
    // A second id on a socket is more often a wrong id than a second device (PROTOCOL.md section 1.8).
    const opening = registration === 'open' && isFirst ? await sessions.registerOpen(deviceId) : 'refused'
    if (opening === 'created') options.onRegistered(session)
    if (opening !== 'refused') {
      const opened = await sessions.login(request)
      if (opened !== null) return toAnswer(opened)
    }
    const sample = state.phase === 'asking' || state.phase === 'leaving' ? state.held[0] : undefined
    const sampleType = toKnownType(sample?.peeked.type ?? null)
    const isNew = await sessions.listUnknown(deviceId, connection.remoteAddress, sampleType)
    if (isNew) options.onUnknown(session, sampleType)
    return { kind: 'unregistered' }
  }

  const remember = ({ deviceId, connection }: Session, { kind }: Answer): void => {
    if (kind === 'login') unknownIds.registered(deviceId)
    else if (kind === 'unregistered') unknownIds.refused(deviceId, null)
    else if (kind === 'source') unknownIds.refused(deviceId, connection.remoteAddress)
  }

  const onFailure = (cause: unknown): void =>
    warn('registry not reachable; frames wait, nothing is acknowledged', { cause })
  /** Known ids too: their address may not be among their sources. */
  const refusalOf = ({ deviceId, connection }: Session): Answer | null => {
    const kind = unknownIds.refusalOf(deviceId, connection.remoteAddress)
    return kind === null ? null : { kind }
  }
  const queueOptions = { ...options, onFailure }
  const known = createQueue({
    ...queueOptions,
    maxCalls: KNOWN_CALLS,
    answerNow: refusalOf,
    call: async (session) => {
      const answer = await call(session)
      remember(session, answer)
      return answer
    },
  })
  const unknown = createQueue({
    ...queueOptions,
    maxCalls: UNKNOWN_CALLS,
    answerNow: (session) => {
      const refusal = refusalOf(session)
      if (refusal !== null) return refusal
      const { remoteAddress } = session.connection
      if (unknownIds.takeToken(remoteAddress)) return null
      warn('too many unknown ids; they are refused without asking the registry', { remoteAddress })
      return { kind: 'throttled' }
    },
    call: async (session) => {
      const { remoteAddress } = session.connection
      try {
        const answer = await call(session)
        if (answer.kind !== 'unregistered') unknownIds.giveTokenBack(remoteAddress)
        remember(session, answer)
        return answer
      } catch (error) {
        // It is asked again later and then needs a token again.
        unknownIds.giveTokenBack(remoteAddress)
        throw error
      }
    },
  })

  return {
    ask: (session) => (unknownIds.isKnown(session.deviceId) ? known : unknown).add(session),
    withdraw: (session) => known.remove(session) || unknown.remove(session),
    size: () => known.size() + unknown.size(),
    stop: () => {
      known.stop()
      unknown.stop()
    },
  }
}

const toAnswer = (login: Login | 'source-refused'): Answer =>
  login === 'source-refused' ? { kind: 'source' } : { kind: 'login', login }

type Queue = {
  readonly add: (session: Session) => void
  readonly remove: (session: Session) => boolean
  readonly size: () => number
  readonly stop: () => void
}

/** In order of arrival. A failed request goes to the end, so that one that always fails does not block the others. */
function createQueue({
  maxCalls,
  answerNow,
  call,
  onAnswer,
  onFailure,
  firstRetryMs = 500,
}: {
  readonly maxCalls: number
  /** Answers without a call where possible. */
  readonly answerNow: (session: Session) => Answer | null
  readonly call: (session: Session) => Promise<Answer>
  readonly onAnswer: (session: Session, answer: Answer) => void
  readonly onFailure: (cause: unknown) => void
  readonly firstRetryMs?: number | undefined
}): Queue {
  const waiting = new Set<Session>()
  let running = 0
  /** Consecutive failures. While there are any, only one call at a time is made. */
  let failures = 0
  let retry: NodeJS.Timeout | undefined

  const runNext = (): void => {
    while (retry === undefined && running < (failures > 0 ? 1 : maxCalls)) {
      const [session] = waiting
      if (session === undefined) return
      waiting.delete(session)
      const answer = answerNow(session)
      if (answer === null) void run(session)
      else onAnswer(session, answer)
    }
  }

  const run = async (session: Session): Promise<void> => {
    running++
    const answer = await call(session).catch(async (cause: unknown): Promise<Answer | null> => {
      failures++
      onFailure(cause)
      return session.connection.closed ? { kind: 'withdrawn' } : null
    })
    running--
    if (answer === null) waiting.add(session)
    else {
      if (answer.kind !== 'withdrawn') failures = 0
      onAnswer(session, answer)
    }
    if (failures > 0 && retry === undefined) pause()
    runNext()
  }

  const pause = (): void => {
    const ms = Math.min(MAX_RETRY_MS, firstRetryMs * 2 ** Math.min(failures - 1, 20))
    retry = setTimeout(
      () => {
        retry = undefined
        runNext()
      },
      ms * (0.5 + Math.random() / 2),
    )
  }

  return {
    add: (session) => {
      waiting.add(session)
      runNext()
    },
    remove: (session) => waiting.delete(session),
    size: () => waiting.size + running,
    stop: () => clearTimeout(retry),
  }
}
