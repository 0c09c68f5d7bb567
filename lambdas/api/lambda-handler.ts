import { defaultIsContentTypeBinary, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import type { App } from './app-type.ts'
import { isPlainPath, refusePath } from './request-path.ts'
import { isStreamed } from './streamed.ts'

/** HTTP API events, payload 2.0: the fields that we read. */
type HttpApiEvent = LambdaEvent & {
  readonly rawPath: string
  readonly requestContext: { readonly http: { readonly method: string } }
  readonly body?: string | null
}

/** Methods that `Request` of the fetch standard cannot represent. */
const unrepresentable = /^(CONNECT|TRACE|TRACK)$/i
const bodiless = /^(GET|HEAD)$/i

/** Bodies that are returned in base64. */
const isContentTypeBinary = (type: string): boolean =>
  !type.startsWith('application/x-ndjson') && defaultIsContentTypeBinary(type)

/**
 * Runs the app as a Lambda function. Paths are checked here, because building a URL from `rawPath` would normalize
 * them. Events that the fetch standard cannot represent are converted: a body of GET or HEAD has no meaning (RFC 9110
 * section 9.3.1) and is dropped; a method that no path accepts is replaced by another such method, so that the app
 * gives its usual answer. A streamed body is returned as a stream: only a host that asked for it (STREAM_FILES) gets
 * one.
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
