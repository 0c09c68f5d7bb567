import { z } from '@hono/zod-openapi'

/** Every way this API refuses. The types are stable: clients may switch on them, texts may change. */
export const problemTypes = {
  'invalid-request': { status: 400, title: 'Invalid request' },
  'invalid-path': { status: 400, title: 'Invalid path' },
  'invalid-cursor': { status: 400, title: 'This cursor does not belong here' },
  unauthorized: { status: 401, title: 'No valid key' },
  forbidden: { status: 403, title: 'The key lacks a scope' },
  'engine-commands-off': { status: 403, title: 'This installation does not cut engines' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The path does not take this method' },
  'not-acceptable': { status: 406, title: 'No such format' },
  conflict: { status: 409, title: 'Conflict' },
  'duplicate-command': { status: 409, title: 'The same command waits already' },
  'queue-full': { status: 409, title: 'Too many commands wait for this device' },
  'not-queued': { status: 409, title: 'The command is not waiting any more' },
  'device-offline': { status: 409, title: 'The device is not connected' },
  'device-busy': { status: 409, title: 'Another command is on its way' },
  'device-contested': { status: 409, title: 'Two connections claim to be this device' },
  'request-under-way': { status: 409, title: 'The first such request is not answered yet' },
  'confirmation-gone': { status: 410, title: 'There is nothing to confirm' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is of a type no one reads here' },
  'nothing-accepted': { status: 422, title: 'Not one row could be taken' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'unsafe-text': { status: 422, title: 'The text contains characters that are not allowed' },
  'unsafe-bytes': { status: 422, title: 'These bytes could join with others to another command' },
  'confirm-required': { status: 422, title: 'This command requires a confirm' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key belongs to another request' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const
export type ProblemType = keyof typeof problemTypes

/** One fault of a request: where it is, and what would have been accepted. */
export type Fault = {
  readonly in: 'path' | 'query' | 'header' | 'body'
  readonly name: string
  readonly detail: string
}

type Extras = { readonly errors?: readonly Fault[]; readonly [member: string]: unknown }

/** Thrown anywhere in a route, written once at the edge (RFC 9457). `detail` says what would be accepted. */
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
  detail: z.string().openapi({ description: 'What would be accepted' }),
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

/** What every documented route adds to its own answers. */
export const refusals = {
  default: {
    description: 'A refusal: the problem says why, and what would be accepted',
    content: { 'application/problem+json': { schema: problemSchema } },
  },
} as const
