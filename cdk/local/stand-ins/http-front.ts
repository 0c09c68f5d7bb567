import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ownOrigins } from './request-guard.ts'
import { closeServer, createWholeServer, listen, type Answer, type WholeRequest } from './http.ts'
import { toHttpEvent } from './http-event.ts'
import { TOO_MANY_REQUESTS } from './lambda.ts'
import { jsonMessage, toAnswer } from './http-result.ts'

/** API Gateway's limits of an HTTP API. */
const MAX_BYTES = 10 * 1024 * 1024
const MAX_HEADER_BYTES = 10_240
const MAX_MS = 30_000

export type HttpFront = { readonly url: string; readonly close: () => Promise<void> }

/** An HTTP API of API Gateway with one route, `$default`, to one function. */
export async function startHttpFront({
  host,
  port,
  invoke,
  timeoutMs = MAX_MS,
  alsoOrigins = null,
  onError = (error) => console.error(error),
}: {
  readonly host: string
  readonly port: number
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly timeoutMs?: number
  /**
   * Further origins by which browsers reach it. Requests to any other host, and from pages of any other origin, are
   * refused. Null: all are accepted, as on API Gateway.
   */
  readonly alsoOrigins?: readonly string[] | null
  readonly onError?: (error: unknown) => void
}): Promise<HttpFront> {
  const serverError = jsonMessage(500, 'Internal Server Error')
  /** Streams of events have no end of their own: they would hold up the end of the server. */
  const endless = new Set<Readable>()
  const endWithServer = ({ headers, body }: Answer): void => {
    if (!(body instanceof Readable) || headers['content-type'] !== 'text/event-stream') return
    endless.add(body)
    body.once('close', () => endless.delete(body))
  }

  const answer = async (request: WholeRequest, from: IncomingMessage): Promise<Answer> => {
    if (alsoOrigins !== null) {
      const origins = [...ownOrigins(from.socket.localPort), ...alsoOrigins]
      const { host, origin } = request.headers
      if (!origins.some((own) => new URL(own).host === host))
        return jsonMessage(421, `This server is ${origins.join(', ')}; --http-origin adds another address`)
      if (origin !== undefined && !origins.includes(origin))
        return jsonMessage(403, 'Pages of other origins may not use this API')
    }
    const event = toHttpEvent(request, from, Date.now())
    if (event === null) return jsonMessage(400, 'Bad Request')
    const patience = Promise.withResolvers<null>()
    const timer = setTimeout(() => patience.resolve(null), timeoutMs)
    try {
      const invoked = invoke(event).then((value) => ({ value }), nullIfThrottled)
      const result = await Promise.race([invoked, patience.promise])
      if (result === null) {
        void invoked.then((late) => late && endStream(late.value)).catch(onError)
        return jsonMessage(503, 'Service Unavailable')
      }
      const answer = toAnswer(result.value)
      if (answer) {
        endWithServer(answer)
        return answer
      }
      onError(
        new Error(`the function returned no valid response: ${JSON.stringify(result.value).slice(0, 200)}`),
      )
      return serverError
    } finally {
      clearTimeout(timer)
    }
  }
  const server = createWholeServer({
    limit: MAX_BYTES,
    tooLarge: jsonMessage(413, 'Request Entity Too Large'),
    maxHeaderSize: MAX_HEADER_BYTES,
    answer,
    failed: (error) => {
      onError(error)
      return serverError
    },
  })
  const url = await listen(server, { host, port, what: 'The HTTP API' })
  return {
    url,
    close: () => {
      for (const body of endless) body.destroy()
      return closeServer(server)
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
