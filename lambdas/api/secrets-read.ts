import { createMiddleware } from 'hono/factory'
import type { ApiBindings } from './app-type.ts'
import type { OnceAnHour } from './once-an-hour.ts'
import type { RecordAudit } from './record-audit.ts'

/** Views of a device without secrets. All others are assumed to contain some. */
const withoutSecrets = new Set(['positions', 'catalogue', 'live', 'audit'])

/** The part of a route's path after the device; `device` for the device itself. */
const viewOf = (path: string): string => path.split('/').slice(4, 5)[0] ?? 'device'

/**
 * Records in the audit that a caller with the scope `secrets` read a device's data in clear text: before the answer is
 * sent, and once an hour for each key, device and view (per function instance). If it cannot be stored, the request
 * fails.
 */
export const recordSecretsRead = ({
  recordAudit,
  onceAnHour,
}: {
  readonly recordAudit: RecordAudit
  readonly onceAnHour: OnceAnHour
}) =>
  createMiddleware<ApiBindings>(async (c, next) => {
    await next()
    const caller = c.get('caller')
    const shown = c.get('view')
    if (shown === undefined || !c.res.ok || c.res.status === 204 || !caller.scopes.has('secrets')) return
    const view = viewOf(shown.path)
    if (withoutSecrets.has(view)) return
    const { deviceId } = shown
    await onceAnHour.run(`secrets ${caller.keyId} ${deviceId} ${view}`, () =>
      recordAudit(caller, { step: 'secrets-read', deviceId, details: { view } }),
    )
  })
