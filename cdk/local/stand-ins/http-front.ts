import type { IncomingMessage } from 'node:http'
import { Readable, type Duplex } from 'node:stream'
import { hostname } from 'node:os'
import {
  closeServer,
  createWholeServer,
  listen,
  type Answer,
  type Certificate,
  type WholeRequest,
} from './http.ts'
import { refuseOtherServer, type ServerNames, type Refusal } from './server-names.ts'
import { toHttpEvent } from './http-event.ts'
import { toRefusalAnswer } from './http-refusal.ts'
import { TOO_MANY_REQUESTS } from './lambda.ts'
import { peerOf } from './peer.ts'
import { jsonMessage, toAnswer } from './http-result.ts'

/** API Gateway's limits of an HTTP API. */
const MAX_BYTES = 10 * 1024 * 1024
const MAX_HEADER_BYTES = 10_240
const MAX_MS = 30_000

export type HttpFront = {
  readonly url: string
  /** Uses a renewed certificate for new connections. Throws if the certificate and its key do not match. */
  readonly renew: (tls: Certificate) => void
  readonly close: () => Promise<void>
}
/** Limits the accepted host names; null: any name, as on API Gateway. */
type Access = Pick<ServerNames, 'alsoOrigins' | 'isOpen' | 'ownName'> | null
/** A WebSocket on a path of this server. `peer`: the address of the client. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, peer: string) => void
/**
 * Answers some requests in this process; returns null for the others, which the function answers. `peer`: the address of the
 * client.
 */
export type Beside = (request: WholeRequest, from: IncomingMessage, peer: string) => Promise<Answer> | null

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
  /** Bytes that are not HTTP, perhaps of a tracker with the wrong port. */
  readonly onNoHttp?: ((bytes: Uint8Array, remoteAddress: string) => void) | undefined
  readonly tls?: Certificate | null
  readonly beside?: Beside
  /** WebSockets by path. */
  readonly upgrades?: Readonly<Record<string, Upgrade>>
  readonly onError?: (error: unknown) => void
}): Promise<HttpFront> {
  const serverError = jsonMessage(500, 'Internal Server Error')
  const machine = hostname()
  let cert = tls?.cert ?? null
  const refuse = ({ headers, socket }: IncomingMessage): Refusal | null =>
    access === null
      ? null
      : refuseOtherServer(headers, {
          ...access,
          machine,
          port: socket.localPort,
          address: socket.localAddress,
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
      if (refusal !== null) return toRefusalAnswer(refusal, from.headers)
      const sourceIp = peerOf(from, nameOf(from, access) !== undefined)
      const answered = beside(request, from, sourceIp)
      if (answered !== null) return answered
      const scheme = schemeOf(request, { tls, access })
      const event = toHttpEvent(request, from, { scheme, sourceIp, now: Date.now() })
      return event === null ? jsonMessage(400, 'Bad Request') : call.answer(event)
    },
    failed: (error) => {
      onError(error)
      return serverError
    },
  })
  /** WebSocket connections. The HTTP server does not track them any more, so they are closed separately. */
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    const path = new URL(request.url ?? '/', 'http://front').pathname
    const upgrade = Object.hasOwn(upgrades, path) ? upgrades[path] : undefined
    const status = upgrade === undefined ? 404 : refuse(request)?.status
    if (status === undefined)
      upgrade!(request, socket, head, peerOf(request, nameOf(request, access) !== undefined))
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

/** The own name in the request when it came through a proxy or a forwarded port. */
const nameOf = ({ headers }: Pick<WholeRequest, 'headers'>, access: Access): string | undefined =>
  access?.alsoOrigins.find((own) => new URL(own).host === headers.host)

/** The scheme that the browser uses: behind a proxy with one of our names, the scheme of that origin. */
function schemeOf(
  request: WholeRequest,
  { tls, access }: { readonly tls: Certificate | null; readonly access: Access },
): 'http' | 'https' {
  if (tls !== null) return 'https'
  return nameOf(request, access)?.startsWith('https:') === true ? 'https' : 'http'
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
  /** Event streams do not end by themselves, so they would delay the stop of the server. */
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
