import { jsonAnswer, type Answer } from '../stand-ins/http.ts'

/**
 * The problem types of the API (lambdas/api/problem.ts) that occur here, with the same titles, so that clients handle them in the
 * same way.
 */
const problems = {
  'invalid-request': { status: 400, title: 'Invalid request' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Missing scope' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict' },
  'too-large': { status: 413, title: 'Body too large' },
} as const

export type Fault = { readonly name: string; readonly detail: string }

/** A refusal in the format of the API (RFC 9457). `faults`: faults of body fields, by JSON pointer. */
export function problem(type: keyof typeof problems, detail: string, faults: readonly Fault[] = []): Answer {
  const { status, title } = problems[type]
  const errors = faults.map((fault) => ({ in: 'body', ...fault }))
  const body = { type: `urn:h02:problem:${type}`, title, status, detail }
  return jsonAnswer(status, { ...body, ...(errors.length > 0 && { errors }) }, 'application/problem+json')
}
