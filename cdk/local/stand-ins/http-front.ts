import type { IncomingMessage } from 'node:http'
import { Readable, type Duplex } from 'node:stream'
import {
  closeServer,
  createWholeServer,
  listen,
  type Answer,
  type Certificate,
  type WholeRequest,
} from './http.ts'
import { refuseStranger, type Door, type Refusal } from './http-door.ts'
import { toHttpEvent } from './http-event.ts'
import { TOO_MANY_REQUESTS } from './lambda.ts'
import { jsonMessage, toAnswer } from './http-result.ts'

/** API Gateway's limits of an HTTP API. */
const MAX_BYTES = 10 * 1024 * 1024
const MAX_HEADER_BYTES = 10_240
const MAX_MS = 30_000

export type HttpFront = {
  readonly url: string
  /** A renewed certificate, for connections from now on. Throws if it and its key do not fit. */
  readonly renew: (tls: Certificate) => void
  readonly close: () => Promise<void>
}
/** Who may use it; null: anyone by any name, as on API Gateway. */
export type Access = Pick<Door, 'alsoOrigins' | 'isOpen'> | null
/** A WebSocket on a path of this server. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void
/** Answers some requests in this process; null: the function does. */
export type Beside = (request: WholeRequest, from: IncomingMessage) => Promise<Answer> | null

/** An HTTP API of API Gateway with one route, `$default`, to one function. */
export async function startHttpFront({
  host,
  port,
  invoke,
  timeoutMs = MAX_MS,
  access = null,
  onNoHttp,
  tls = null,
  beside = () => null,
  upgrades = {},
  onError = (error) => console.error(error),
}: {
  readonly host: string
  readonly port: number
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly timeoutMs?: number
  readonly access?: Access
  /** Bytes that are no HTTP: perhaps of a tracker with the wrong port. */
  readonly onNoHttp?: ((bytes: Uint8Array, remoteAddress: string) => void) | undefined
  readonly tls?: Certificate | null
  readonly beside?: Beside
  /** By path. */
  readonly upgrades?: Readonly<Record<string, Upgrade>>
  readonly onError?: (error: unknown) => void
}): Promise<HttpFront> {
  const serverError = jsonMessage(500, 'Internal Server Error')
  let cert = tls?.cert ?? null
  const refuse = ({ headers, socket }: IncomingMessage): Refusal | null =>
    access === null
      ? null
      : refuseStranger(headers, {
          ...access,
          port: socket.localPort,
          scheme: tls === null ? 'http' : 'https',
          cert,
        })
  const call = createCall({ invoke, timeoutMs, serverError, onError })
  const server = createWholeServer({
    limit: MAX_BYTES,
    tooLarge: jsonMessage(413, 'Request Entity Too Large'),
    maxHeaderSize: MAX_HEADER_BYTES,
    tls,
    onNoHttp,
    answer: async (request, from) => {
      const refusal = refuse(from)
      if (refusal !== null) return jsonMessage(refusal.status, refusal.message)
      const answered = beside(request, from)
      if (answered !== null) return answered
      const event = toHttpEvent(request, from, schemeOf(request, { tls, access }), Date.now())
      return event === null ? jsonMessage(400, 'Bad Request') : call.answer(event)
    },
    failed: (error) => {
      onError(error)
      return serverError
    },
  })
  /** No more requests of this server: it would wait for them, and does not know them. */
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    const path = new URL(request.url ?? '/', 'http://front').pathname
    const upgrade = Object.hasOwn(upgrades, path) ? upgrades[path] : undefined
    const status = upgrade === undefined ? 404 : refuse(request)?.status
    if (status === undefined) upgrade!(request, socket, head)
    else socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
  })
  const url = await listen(server, { host, port, what: 'The HTTP API' })
  return {
    url,
    renew: (renewed) => {
      if (!('setSecureContext' in server)) return
      server.setSecureContext(renewed)
      cert = renewed.cert
    },
    close: () => {
      call.endStreams()
      for (const socket of upgraded) socket.destroy()
      return closeServer(server)
    },
  }
}

/** What a browser sees: behind a proxy that is reached by a name of ours, the scheme of that name. */
function schemeOf(
  { headers }: WholeRequest,
  { tls, access }: { readonly tls: Certificate | null; readonly access: Access },
): 'http' | 'https' {
  if (tls !== null) return 'https'
  const origin = access?.alsoOrigins.find((own) => new URL(own).host === headers.host)
  return origin?.startsWith('https:') === true ? 'https' : 'http'
}

/** Calls the function with an event, and waits for its answer as long as API Gateway does. */
function createCall({
  invoke,
  timeoutMs,
  serverError,
  onError,
}: {
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly timeoutMs: number
  readonly serverError: Answer
  readonly onError: (error: unknown) => void
}) {
  /** Streams of events have no end of their own: they would hold up the end of the server. */
  const endless = new Set<Readable>()
  const endWithServer = ({ headers, body }: Answer): void => {
    if (!(body instanceof Readable) || headers['content-type'] !== 'text/event-stream') return
    endless.add(body)
    body.once('close', () => endless.delete(body))
  }
  const answer = async (event: object): Promise<Answer> => {
    const patience = Promise.withResolvers<null>()
    const timer = setTimeout(() => patience.resolve(null), timeoutMs)
    try {
      const invoked = invoke(event).then((value) => ({ value }), nullIfThrottled)
      const result = await Promise.race([invoked, patience.promise])
      if (result === null) {
        void invoked.then((late) => late && endStream(late.value)).catch(onError)
        return jsonMessage(503, 'Service Unavailable')
      }
      const answered = toAnswer(result.value)
      if (answered) {
        endWithServer(answered)
        return answered
      }
      onError(
        new Error(`the function returned no valid response: ${JSON.stringify(result.value).slice(0, 200)}`),
      )
      return serverError
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    answer,
    endStreams: () => {
      for (const body of endless) body.destroy()
    },
  }
}

/** The request was not run, so the client may retry. */
function nullIfThrottled(error: unknown): null {
  if (error instanceof Error && error.name === TOO_MANY_REQUESTS) return null
  throw error
}

/** Discards the body of a result that came too late. */
function endStream(result: unknown): void {
  const body = toAnswer(result)?.body
  if (body instanceof Readable) body.destroy()
}
