import { z } from '@hono/zod-openapi'

/** All problems of this API. Types are stable, so that clients may switch on them; texts may change. */
export const problemTypes = {
  'invalid-request': { status: 400, title: 'Invalid request' },
  'invalid-path': { status: 400, title: 'Invalid path' },
  'invalid-cursor': { status: 400, title: 'Invalid cursor' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Missing scope' },
  'engine-commands-off': { status: 403, title: 'Engine commands are off' },
  'relay-off': { status: 403, title: 'Relays are off' },
  'geocoder-off': { status: 403, title: 'No geocoder here' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'not-acceptable': { status: 406, title: 'Not acceptable' },
  'stream-unavailable': { status: 406, title: 'No streams here' },
  conflict: { status: 409, title: 'Conflict' },
  'duplicate-command': { status: 409, title: 'Duplicate command' },
  'queue-full': { status: 409, title: 'Queue full' },
  'not-queued': { status: 409, title: 'Command not queued' },
  'device-offline': { status: 409, title: 'Device offline' },
  'device-busy': { status: 409, title: 'Device busy' },
  'device-contested': { status: 409, title: 'Device contested' },
  'confirmation-gone': { status: 410, title: 'Nothing to confirm' },
  'too-large': { status: 413, title: 'Body too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'too-many-devices': { status: 422, title: 'Too many devices' },
  'nothing-accepted': { status: 422, title: 'No row accepted' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'unsafe-text': { status: 422, title: 'Unsafe text' },
  'unsafe-bytes': { status: 422, title: 'Unsafe bytes' },
  'confirm-required': { status: 422, title: 'Confirmation required' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency-Key reused' },
  internal: { status: 500, title: 'Internal error' },
} as const
export type ProblemType = keyof typeof problemTypes

/** One fault of a request: where it is, and what would have been accepted. */
export type Fault = {
  readonly in: 'path' | 'query' | 'header' | 'body'
  readonly name: string
  readonly detail: string
}

type Extras = { readonly errors?: readonly Fault[]; readonly [member: string]: unknown }

/** Thrown in routes and translated once, at the edge (RFC 9457). `detail` says what would be accepted. */
export class Problem extends Error {
  readonly type: ProblemType
  readonly detail: string
  readonly extras: Extras
  readonly headers: Readonly<Record<string, string>>

  constructor(
    type: ProblemType,
    detail: string,
    { extras = {}, headers = {} }: { extras?: Extras; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail)
    this.type = type
    this.detail = detail
    this.extras = extras
    this.headers = headers
  }
}

export function toProblemResponse(problem: Problem, requestId: string): Response {
  const { status, title } = problemTypes[problem.type]
  const type = `urn:h02:problem:${problem.type}`
  const body = { type, title, status, detail: problem.detail, requestId, ...problem.extras }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...problem.headers },
  })
}

const faultSchema = z.object({
  in: z.enum(['path', 'query', 'header', 'body']),
  name: z.string().openapi({ description: 'Parameter, or JSON pointer into the body' }),
  detail: z.string().openapi({ description: 'What would be accepted instead' }),
})

export const problemSchema = z
  .looseObject({
    type: z.enum(Object.keys(problemTypes).map((type) => `urn:h02:problem:${type}`)),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(faultSchema).optional(),
  })
  .openapi('Problem')

/**
 * Documents further refusals of a route, in addition to those implied by its parameters, body and scope: spread it into
 * the route.
 */
export const refuses = (...types: readonly ProblemType[]) => ({ 'x-problems': types })
