import { defaultIsContentTypeBinary, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import type { App } from './app-type.ts'
import { isPlainPath, refusePath } from './request-path.ts'
import { isStreamed } from './streamed.ts'

/** HTTP API events, payload 2.0: what we read of them. */
type HttpApiEvent = LambdaEvent & {
  readonly rawPath: string
  readonly requestContext: { readonly http: { readonly method: string } }
  readonly body?: string | null
}

/** Methods that `Request` of the fetch standard refuses to represent. */
const unrepresentable = /^(CONNECT|TRACE|TRACK)$/i
const bodiless = /^(GET|HEAD)$/i

/** What is returned in base64. */
const isContentTypeBinary = (type: string): boolean =>
  !type.startsWith('application/x-ndjson') && defaultIsContentTypeBinary(type)

/**
 * The app as a Lambda function. Paths are checked here: building a URL from `rawPath` would normalize them. Events that
 * the fetch standard cannot represent are made into those that it can: a body of GET or HEAD means nothing (RFC 9110
 * section 9.3.1) and is dropped; methods that no path accepts become one that no path accepts either, so the app answers
 * them as it answers every other. A body that streams is returned as the stream that it is: only a host that asked for
 * it (STREAM_FILES) gets one.
 */
export function toHandler(app: App) {
  const route = async (event: LambdaEvent, context?: LambdaContext) => {
    let body: ReadableStream | null = null
    const fetch: App['fetch'] = async (...request) => {
      const response = await app.fetch(...request)
      if (!isStreamed(response)) return response
      body = response.body
      return new Response(null, response)
    }
    const result = await handle({ fetch } as App, { isContentTypeBinary })(event, context)
    return body === null ? result : { ...result, body, isBase64Encoded: false }
  }
  return async (event: HttpApiEvent, context?: LambdaContext) => {
    if (!isPlainPath(event.rawPath)) return refusePath()
    const { method } = event.requestContext.http
    if (unrepresentable.test(method)) {
      const http = { ...event.requestContext.http, method: 'UNKNOWN' }
      return route({ ...event, requestContext: { ...event.requestContext, http } } as LambdaEvent, context)
    }
    return route(bodiless.test(method) ? { ...event, body: null } : event, context)
  }
}
