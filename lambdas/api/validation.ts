import { z } from '@hono/zod-openapi'
import { isSafeText } from '../shared/unsafe-text.ts'
import { faultText } from './fault-text.ts'
import { Problem, type Fault } from './problem.ts'

// Words of a schema itself go before these.
z.config({ customError: faultText })

/** The part of the request that a validator reads, in terms of HTTP. */
const sourceOf: Readonly<Record<string, Fault['in']>> = {
  query: 'query',
  param: 'path',
  header: 'header',
  json: 'body',
}

/** An object that refuses unknown names and lists the known ones, so that a mistyped name is not ignored. */
export const exactly = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown: ${issue.keys.join(', ')}; accepted: ${Object.keys(shape).join(', ') || 'none'}`
        : undefined,
  })

/** Refuses an object without any field. A mistyped name is reported once, not as an empty object too. */
export const atLeastOneOf = <Fields extends z.ZodObject>(object: Fields): Fields =>
  object.refine((given) => Object.keys(given).length > 0, {
    message: `expected at least one of ${Object.keys(object.shape).join(', ')}`,
    when: ({ issues }) => issues.length === 0,
  })

export const toFaults = (source: Fault['in'], { issues }: z.ZodError): Fault[] =>
  issues.map(({ path, message }) => ({
    in: source,
    name: source === 'body' ? path.map((part) => `/${String(part)}`).join('') : path.map(String).join('.'),
    detail: message,
  }))

/** Faults as one sentence. */
export const toDetail = (faults: readonly Fault[]): string =>
  faults.map(({ name, detail }) => (name ? `${name}: ${detail}` : detail)).join('; ')

/** Marks an issue that `refuseInvalid` answers with `unsafe-text`. */
const unsafe = { isUnsafeText: true }

/**
 * Text that is stored and shown to people: without control characters, bidirectional and other invisible characters,
 * and lone surrogates.
 */
export const safeText = z.string().refine(isSafeText, {
  message:
    'expected text without control characters, bidirectional marks, invisible characters and lone surrogates',
  params: unsafe,
})

/** A single line of such text, for example a name: 1 to `maxLength` characters, trimmed. */
export const lineOfText = (maxLength: number) => safeText.trim().min(1).max(maxLength)

const isUnsafe = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.params?.isUnsafeText === true

/** Turns failed validations into a refusal. */
export function refuseInvalid(result: { target: string; success: boolean; error?: z.ZodError }): void {
  if (result.success || !result.error) return
  const errors = toFaults(sourceOf[result.target] ?? 'body', result.error)
  const type = result.error.issues.some(isUnsafe) ? 'unsafe-text' : 'invalid-request'
  throw new Problem(type, toDetail(errors), { extras: { errors } })
}
