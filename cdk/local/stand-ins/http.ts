import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type WholeRequest = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** A stream is sent while it is written; when it fails, so does the connection. */
  readonly body: string | Buffer | Readable
}
type Place = { readonly host: string; readonly port: number; readonly what: string }

/** Opens a server (port 0 = any free one) and returns its URL. */
export async function listen(server: Server, { host, port, what }: Place): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason =
        cause.code === 'EADDRINUSE'
          ? `port ${port} on ${host} is in use: stop the program that has it, or choose another port`
          : cause.message
      reject(new Error(`${what} cannot start: ${reason}`, { cause }))
    })
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}

/**
 * Stops accepting, and closes connections that are idle. Running requests may finish, except those whose client does not
 * read its answer.
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

/** The whole body, or null when it is over the limit. Rejects when the client goes away in mid-body. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      length += part.length
      // Go on reading: a client that is still sending would see a reset instead of the answer.
      if (length <= limit) parts.push(part)
      else parts.length = 0
      if (length > limit * 4) request.destroy()
    })
    request.on('end', () => resolve(length > limit ? null : Buffer.concat(parts, length)))
    request.on('error', reject)
    // Means nothing once the body has ended.
    request.on('close', () => reject(new Error('the client went away')))
  })
}

/** A server that answers whole requests only: what ends in mid-body is dropped, what throws is a 500. */
export function createWholeServer({
  limit,
  tooLarge,
  answer,
  failed,
  maxHeaderSize,
}: {
  readonly limit: number
  readonly tooLarge: Answer
  readonly answer: (request: WholeRequest, from: IncomingMessage) => Promise<Answer>
  readonly failed: (error: unknown) => Answer
  readonly maxHeaderSize?: number
}): Server {
  const server = createServer({ ...(maxHeaderSize && { maxHeaderSize }) }, (request, response) => {
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
      // A server that is closing would wait for a client that keeps its connection.
      if (!server.listening) response.setHeader('connection', 'close')
      if (rest.body instanceof Readable) {
        // Who goes away ends the stream too; neither end is an error of ours.
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
  })
  server.on('clientError', (_error, socket) => socket.destroy())
  return server
}

/** An answer of the JSON protocols of AWS. */
export const jsonAnswer = (status: number, body: unknown, contentType: string): Answer => ({
  status,
  headers: { 'content-type': contentType },
  body: JSON.stringify(body),
})

export const JSON_1_1 = 'application/x-amz-json-1.1'

/** The refusal of a request that is not signed correctly. */
export const refuseSignature = (message: string): Answer =>
  jsonAnswer(400, { __type: 'UnrecognizedClientException', message }, JSON_1_1)

/** The body as an object, or null. */
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
