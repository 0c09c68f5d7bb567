import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server as PlainServer,
} from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type Server = PlainServer | TlsServer
/** PEM texts: the certificate with its chain, and its private key. */
export type Certificate = { readonly cert: string; readonly key: string }

export type WholeRequest = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** A stream is sent while it is written; if it fails, the connection is closed. */
  readonly body: string | Buffer | Readable
}
type ListenAddress = { readonly host: string; readonly port: number; readonly what: string }

function whyNotListening({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is in use: stop the program that has it, or choose another port`
  if (code === 'EACCES') return `this user may not open port ${port}; choose one above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${host} is not an address of this machine`
  return message
}

/** Starts a server (port 0: any free one) and returns its URL. */
export async function listen(server: Server, { host, port, what }: ListenAddress): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new Error(`${what} cannot start: ${whyNotListening(cause, host, port)}`, { cause }))
    })
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const scheme = server instanceof TlsServer ? 'https' : 'http'
  return `${scheme}://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}

/**
 * Stops accepting and closes idle connections. Running requests may finish, except those whose client does not read the
 * answer.
 */
export const closeServer = (server: Server, graceMs = 10_000): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close((error) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve()
    })
    server.closeIdleConnections()
  })

/** The whole body; null if it exceeds the limit. Rejects if the client disconnects before the end. */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      length += part.length
      // Continue reading: a client that is still sending would get a reset instead of the answer.
      if (length <= limit) parts.push(part)
      else parts.length = 0
      if (length > limit * 4) request.destroy()
    })
    request.on('end', () => resolve(length > limit ? null : Buffer.concat(parts, length)))
    request.on('error', reject)
    // No effect once the body has ended.
    request.on('close', () => reject(new Error('the client went away')))
  })
}

/** A server that handles complete requests only: incomplete ones are dropped, exceptions become a 500. */
export function createWholeServer({
  limit,
  tooLarge,
  answer,
  failed,
  maxHeaderSize,
  tls = null,
  onNoHttp,
}: {
  readonly limit: number
  readonly tooLarge: Answer
  readonly answer: (request: WholeRequest, from: IncomingMessage) => Promise<Answer>
  readonly failed: (error: unknown) => Answer
  readonly maxHeaderSize?: number
  /** Null: plain HTTP. */
  readonly tls?: Certificate | null
  /** The first bytes of a connection that does not speak HTTP, and where it came from. Not with TLS. */
  readonly onNoHttp?: ((bytes: Uint8Array, remoteAddress: string) => void) | undefined
}): Server {
  const options = { ...(maxHeaderSize && { maxHeaderSize }) }
  const onRequest: RequestListener = (request, response) => {
    const respond = async (): Promise<void> => {
      const body = await readBody(request, limit).catch(() => undefined)
      if (body === undefined) {
        response.destroy()
        return
      }
      const { method = 'GET', url = '/', headers } = request
      const { status, ...rest } =
        body === null ? tooLarge : await answer({ method, url, headers, body }, request).catch(failed)
      response.statusCode = status
      for (const [name, value] of Object.entries(rest.headers)) response.setHeader(name, value)
      // A closing server would wait for a client that keeps its connection open.
      if (!server.listening) response.setHeader('connection', 'close')
      if (rest.body instanceof Readable) {
        // A client that disconnects ends the stream too; neither is an error of this server.
        await pipeline(rest.body, response).catch(() => response.destroy())
        return
      }
      response.setHeader('content-length', Buffer.byteLength(rest.body))
      response.end(method === 'HEAD' ? undefined : rest.body)
    }
    respond().catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  }
  const server =
    tls === null ? createServer(options, onRequest) : createTlsServer({ ...options, ...tls }, onRequest)
  server.on('clientError', (error: Error & { rawPacket?: Buffer }, socket) => {
    const { remoteAddress } = socket as Socket
    if (error.rawPacket !== undefined && remoteAddress !== undefined)
      onNoHttp?.(error.rawPacket, remoteAddress)
    socket.destroy()
  })
  return server
}

/** An answer of AWS's JSON protocols. */
export const jsonAnswer = (status: number, body: unknown, contentType: string): Answer => ({
  status,
  headers: { 'content-type': contentType },
  body: JSON.stringify(body),
})

export const JSON_1_1 = 'application/x-amz-json-1.1'

/** The answer to a request with a wrong signature. */
export const refuseSignature = (message: string): Answer =>
  jsonAnswer(400, { __type: 'UnrecognizedClientException', message }, JSON_1_1)

/** The body as an object; null if it is not one. */
export function readJsonObject(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
