import { createMiddleware } from 'hono/factory'
import { isDeviceId } from '../shared/domain/device.ts'
import type { Scope } from '../shared/store/api-keys.ts'
import type { ApiBindings, Identity } from './app-type.ts'
import { noSuchDevice } from './devices/require-device.ts'
import { Problem } from './problem.ts'

/** The refusal names the scopes that the key has, so that people know what to ask for. */
export function missingScope(scope: Scope, scopes: ReadonlySet<Scope>, why = ''): Problem {
  const has = [...scopes].join(', ') || 'none'
  const detail = `this requires a key with scope ${scope}; yours has: ${has}`
  return new Problem('forbidden', why === '' ? detail : `${why}: ${detail}`, {
    extras: { requiredScope: scope },
  })
}

/** Whether a device exists for this caller at all. */
export const isVisibleTo = ({ deviceIds }: Pick<Identity, 'deviceIds'>, deviceId: string): boolean =>
  deviceIds === null || deviceIds.has(deviceId)

const requireAccess = (scope: Scope, notFound: (deviceId: string) => Problem) =>
  createMiddleware<ApiBindings>(async (c, next) => {
    const caller = c.get('caller')
    if (!caller.scopes.has(scope)) throw missingScope(scope, caller.scopes)
    const deviceId = c.req.param('deviceId')
    if (deviceId !== undefined && isDeviceId(deviceId)) {
      if (!isVisibleTo(caller, deviceId)) throw notFound(deviceId)
      c.set('view', { deviceId, path: c.req.routePath })
    }
    await next()
  })

/**
 * Documents a route's scope and enforces it: spread into the route, so that both are the same. A route with a
 * `{deviceId}` answers a key that is restricted to other devices as if the device did not exist.
 */
export const needs = (scope: Scope, notFound: (deviceId: string) => Problem = noSuchDevice) => ({
  security: [{ bearer: [] }],
  'x-required-scope': scope,
  middleware: [requireAccess(scope, notFound)],
})
