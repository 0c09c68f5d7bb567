import type { IncomingMessage } from 'node:http'
import { closeServer, createWholeServer, listen, type Answer, type WholeRequest } from './http.ts'
import { toHttpEvent } from './http-event.ts'
import { jsonMessage, toAnswer } from './http-result.ts'

/** API Gateway's limits of an HTTP API. */
const mostBytes = 10 * 1024 * 1024
const mostHeaderBytes = 10_240
const mostMs = 30_000

export type HttpFront = { readonly url: string; readonly close: () => Promise<void> }

/** An HTTP API of API Gateway with one route, `$default`, to one function. */
export async function startHttpFront({
  host,
  port,
  invoke,
  timeoutMs = mostMs,
  onError = (error) => console.error(error),
}: {
  readonly host: string
  readonly port: number
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly timeoutMs?: number
  readonly onError?: (error: unknown) => void
}): Promise<HttpFront> {
  const serverError = jsonMessage(500, 'Internal Server Error')

  const answer = async (request: WholeRequest, from: IncomingMessage): Promise<Answer> => {
    const event = toHttpEvent(request, from, Date.now())
    if (event === null) return jsonMessage(400, 'Bad Request')
    const patience = Promise.withResolvers<null>()
    const timer = setTimeout(() => patience.resolve(null), timeoutMs)
    try {
      const result = await Promise.race([invoke(event).then((value) => ({ value })), patience.promise])
      if (result === null) return jsonMessage(503, 'Service Unavailable')
      const answer = toAnswer(result.value)
      if (answer) return answer
      onError(
        new Error(`the function returned no valid response: ${JSON.stringify(result.value).slice(0, 200)}`),
      )
      return serverError
    } finally {
      clearTimeout(timer)
    }
  }
  const server = createWholeServer({
    limit: mostBytes,
    tooLarge: jsonMessage(413, 'Request Entity Too Large'),
    maxHeaderSize: mostHeaderBytes,
    answer,
    failed: (error) => {
      onError(error)
      return serverError
    },
  })
  const url = await listen(server, { host, port, what: 'The HTTP API' })
  return { url, close: () => closeServer(server) }
}
