import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { createApiClient, RefusedError } from '../../tools/api-client.ts'
import type { Upgrade } from '../stand-ins/http-front.ts'
import { peerHeader } from '../stand-ins/peer.ts'
import type { Feeds } from './feeds.ts'
import { requireKey } from './reads.ts'
import { findCaller, type Sessions } from './sessions.ts'

/** Messages from clients are ignored, so this limit is small. */
const MAX_PAYLOAD_BYTES = 1_024
/** A client that does not read is disconnected, because its unsent messages would fill the memory. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024
const KEEPALIVE_MS = 30_000
/** Policy violation, RFC 6455 section 7.4.1. */
const REFUSED = 1008

type SocketParts = {
  readonly sessions: Sessions
  readonly feeds: Feeds
  readonly httpUrl: () => string
  readonly onError: (message: string, cause: unknown) => void
  readonly keepaliveMs?: number
}

/** The WebSocket of Traccar's API: first the whole state, then each change; `{}` keeps the connection alive. */
export function createSocket({
  sessions,
  feeds,
  httpUrl,
  onError,
  keepaliveMs = KEEPALIVE_MS,
}: SocketParts): Upgrade {
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES })
  return (request, socket, head, peer) => {
    const caller = findCaller(sessions, request.headers)
    if (caller === null) return refuse(socket, 401)
    requireKey(createApiClient(httpUrl(), caller.key, peerHeader(peer))).then(
      () =>
        webSockets.handleUpgrade(request, socket, head, (opened) =>
          serve(opened, { key: caller.key, feeds, keepaliveMs }),
        ),
      (cause: unknown) => {
        if (cause instanceof RefusedError) return refuse(socket, cause.status)
        onError('the key of a WebSocket was not checked', cause)
        refuse(socket, 500)
      },
    )
  }
}

const refuse = (socket: Duplex, status: number): void =>
  void socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
  )

function serve(
  opened: WebSocket,
  { key, feeds, keepaliveMs }: { key: string; feeds: Feeds; keepaliveMs: number },
): void {
  const send = (message: object): void => {
    if (opened.bufferedAmount > MAX_BUFFERED_BYTES) opened.terminate()
    else opened.send(JSON.stringify(message))
  }
  let isAlive = true
  opened.on('pong', () => (isAlive = true))
  const keepalive = setInterval(() => {
    if (!isAlive) return opened.terminate()
    isAlive = false
    opened.ping()
    send({})
  }, keepaliveMs)
  // The event `close` follows.
  opened.on('error', () => opened.terminate())
  const leave = feeds.join(key, {
    send,
    refuse: () => opened.close(REFUSED, 'the key is no longer accepted'),
  })
  opened.on('close', () => {
    clearInterval(keepalive)
    leave()
  })
}
