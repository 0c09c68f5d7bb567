import { createMiddleware } from 'hono/factory'
import { isDeviceId } from '../shared/domain/device.ts'
import type { Scope } from '../shared/store/api-keys.ts'
import type { DeviceLabels } from '../shared/store/device-labels.ts'
import type { ApiBindings } from './app-type.ts'
import { noSuchDevice } from './devices/require-device.ts'
import { Problem } from './problem.ts'
import { createSight } from './visibility.ts'

/** The refusal lists the key's scopes, so that people know which one is missing. */
export function missingScope(scope: Scope, scopes: ReadonlySet<Scope>, why = ''): Problem {
  const has = [...scopes].join(', ') || 'none'
  const detail = `this requires a key with scope ${scope}; yours has: ${has}`
  return new Problem('forbidden', why === '' ? detail : `${why}: ${detail}`, {
    extras: { requiredScope: scope },
  })
}

/** Sets `c.get('sight')` of each request: the devices that its caller sees. */
export const provideSight = (deviceLabels: Pick<DeviceLabels, 'read'>) =>
  createMiddleware<ApiBindings>(async (c, next) => {
    c.set('sight', createSight(c.get('caller').devices, deviceLabels))
    await next()
  })

const requireAccess = (scope: Scope, notFound: (deviceId: string) => Problem) =>
  createMiddleware<ApiBindings>(async (c, next) => {
    const caller = c.get('caller')
    if (!caller.scopes.has(scope)) throw missingScope(scope, caller.scopes)
    const deviceId = c.req.param('deviceId')
    if (deviceId !== undefined && isDeviceId(deviceId)) {
      if (!(await c.get('sight').sees(deviceId))) throw notFound(deviceId)
      c.set('view', { deviceId, path: c.req.routePath })
    }
    await next()
  })

/**
 * Documents a route's scope and enforces it: spread into the route, so that both agree. If a key is restricted to other
 * devices, a route with `{deviceId}` answers as if the device did not exist.
 */
export const needs = (scope: Scope, notFound: (deviceId: string) => Problem = noSuchDevice) => ({
  security: [{ bearer: [] }],
  'x-required-scope': scope,
  middleware: [requireAccess(scope, notFound)],
})
