import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { createApiClient, RefusedError, type ApiClient } from '../../tools/api-client.ts'
import type { Beside } from '../stand-ins/http-front.ts'
import { jsonAnswer, type Answer, type WholeRequest } from '../stand-ins/http.ts'
import { jsonMessage } from '../stand-ins/http-result.ts'
import { peerHeader } from '../stand-ins/peer.ts'
import { server, toUser } from './models.ts'
import { readDevices, readEventReport, readPositions, requireKey } from './reads.ts'
import { findCaller, toCookie, type Session, type Sessions } from './sessions.ts'

type Parts = {
  readonly sessions: Sessions
  readonly httpUrl: () => string
  /** The proxy in front of this server. */
  readonly publicUrl: string | undefined
}
type Call = Pick<Parts, 'sessions'> & {
  readonly request: WholeRequest
  readonly query: URLSearchParams
  readonly isSecure: boolean
  /** A client of the API with the key of the caller. */
  readonly open: (key: string) => ApiClient
}

const PREFIX = '/api/'
const HOW_TO_SIGN_IN =
  'sign in with an API key that has the scope read: as Bearer token, as the password of Basic authentication, or as the password in POST /api/session with any e-mail'

const json = (body: unknown, headers: Answer['headers'] = {}): Answer => {
  const answer = jsonAnswer(200, body, 'application/json')
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store', ...headers } }
}

const unauthorized = (): Answer => {
  const answer = jsonMessage(401, HOW_TO_SIGN_IN)
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Bearer realm="h02"' } }
}

const readOnly = (allow: string): Answer => {
  const answer = jsonMessage(
    405,
    'the Traccar API of this gateway is read only: change things by its own API, /v1',
  )
  return { ...answer, headers: { ...answer.headers, allow } }
}

const callerOf = ({ sessions, request }: Call): Session | null => findCaller(sessions, request.headers)

/** Resources that do not exist here. Clients read them at their start, and get empty lists. */
const emptyLists = [
  'attributes/computed',
  'calendars',
  'commands',
  'drivers',
  'geofences',
  'groups',
  'maintenance',
  'notifications',
  'orders',
]
type Read = (api: ApiClient, query: URLSearchParams) => Promise<readonly unknown[]>
const readNone: Read = async (api) => {
  await requireKey(api)
  return []
}

/** The resources that can be read with a key, by path after `/api/`. */
const lists: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['devices', readDevices],
  ['positions', readPositions],
  ['reports/events', readEventReport],
  ...emptyLists.map((path) => [path, readNone] as const),
])

/**
 * Home Assistant tests its key with this request, so a wrong key is refused. A request without a key gets the same answer as in
 * Traccar.
 */
async function answerServer(call: Call): Promise<Answer> {
  const caller = callerOf(call)
  if (caller !== null) await requireKey(call.open(caller.key))
  return json(server)
}

const answerSession: Readonly<Record<string, (call: Call) => Promise<Answer>>> = {
  GET: async (call) => {
    const token = call.query.get('token')
    if (token !== null) return signIn(call, { key: token, email: '' })
    const caller = callerOf(call)
    // As in Traccar: clients then show their sign-in page.
    return caller === null ? jsonMessage(404, `there is no session: ${HOW_TO_SIGN_IN}`) : signIn(call, caller)
  },
  POST: async (call) => {
    const form = new URLSearchParams(call.request.body.toString())
    const key = form.get('password') ?? ''
    return key === '' ? unauthorized() : signIn(call, { key, email: form.get('email') ?? '' })
  },
  DELETE: async ({ sessions, request, isSecure }) => {
    sessions.end(request.headers)
    return { status: 204, headers: { 'set-cookie': toCookie('', { isSecure }) }, body: '' }
  },
}

async function signIn(
  { open: openApi, sessions, request, isSecure }: Call,
  session: Session,
): Promise<Answer> {
  await requireKey(openApi(session.key))
  const user = toUser(session.email)
  const open = sessions.find(request.headers)
  if (open?.key === session.key) return json(user)
  sessions.end(request.headers)
  return json(user, { 'set-cookie': toCookie(sessions.open(session), { isSecure }) })
}

async function answer(path: string, call: Call): Promise<Answer> {
  const { method } = call.request
  const isRead = method === 'GET' || method === 'HEAD'
  if (path === 'session')
    return (await answerSession[isRead ? 'GET' : method]?.(call)) ?? readOnly('GET, POST, DELETE')
  if (!isRead) return readOnly('GET')
  if (path === 'server') return answerServer(call)
  if (path === 'socket') return jsonMessage(426, 'this is a WebSocket: connect with ws:// or wss://')
  const list = lists.get(path)
  if (list === undefined)
    return jsonMessage(
      404,
      `the Traccar API of this gateway has no ${PREFIX}${path}: it has server, session, socket, ${[...lists.keys()].join(', ')}`,
    )
  const caller = callerOf(call)
  if (caller === null) return unauthorized()
  return json(await list(call.open(caller.key), call.query))
}

/** Cookies that were set over TLS are only sent over TLS, even if a proxy terminates it. */
const isSecure = ({ socket, headers }: IncomingMessage, publicUrl: string | undefined): boolean => {
  if (socket instanceof TLSSocket) return true
  const url = publicUrl === undefined ? null : new URL(publicUrl)
  return url?.protocol === 'https:' && url.host === headers.host
}

/**
 * Answers `/api/…` as a Traccar server does (its openapi.yaml), read only. It uses the HTTP API with the key of the caller, so a
 * caller sees only what its key may see.
 */
export const createAnswers =
  ({ sessions, httpUrl, publicUrl }: Parts): Beside =>
  (request, from, peer) => {
    const { pathname, searchParams } = new URL(request.url, 'http://front')
    if (!`${pathname}/`.startsWith(PREFIX)) return null
    const path = pathname.slice(PREFIX.length).replace(/\/$/, '')
    const open = (key: string): ApiClient => createApiClient(httpUrl(), key, peerHeader(peer))
    const call = { sessions, request, query: searchParams, isSecure: isSecure(from, publicUrl), open }
    return answer(path, call).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 401) return unauthorized()
      if (error instanceof RefusedError) return jsonMessage(error.status, error.message)
      throw error
    })
  }
