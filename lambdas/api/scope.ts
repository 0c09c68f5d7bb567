import { createMiddleware } from 'hono/factory'
import type { Scope } from '../shared/store/api-keys.ts'
import type { ApiBindings } from './app-type.ts'
import { Problem } from './problem.ts'

/** The refusal names what the key has, so that nobody has to guess what to ask for. */
export function missingScope(scope: Scope, scopes: ReadonlySet<Scope>, why = ''): Problem {
  const has = [...scopes].join(', ') || 'none'
  const detail = `this needs a key with scope ${scope}; yours has: ${has}`
  return new Problem('forbidden', why === '' ? detail : `${why}: ${detail}`, {
    extras: { requiredScope: scope },
  })
}

const requireScope = (scope: Scope) =>
  createMiddleware<ApiBindings>(async (c, next) => {
    const { scopes } = c.get('caller')
    if (!scopes.has(scope)) throw missingScope(scope, scopes)
    await next()
  })

/** Documents a route's scope and enforces it: spread into the route, so that the two can't differ. */
export const needs = (scope: Scope) => ({
  security: [{ bearer: [scope] }],
  middleware: [requireScope(scope)],
})
