import { randomUUID } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { ApiBindings, ApiParts, App } from './app-type.ts'
import { requireKey } from './auth.ts'
import { compress } from './compress.ts'
import { addConsoleRoutes } from './site/route.ts'
import { methodsOf, nearestPaths, readPaths } from './documented-paths.ts'
import { describeApi } from './openapi.ts'
import { createOnceAnHour } from './once-an-hour.ts'
import { Problem, toProblemResponse } from './problem.ts'
import { createRecordAudit } from './record-audit.ts'
import { addAuditRoutes } from './routes/audit.ts'
import { addCampaignChangeRoutes } from './routes/campaign-changes.ts'
import { addCampaignListRoutes } from './routes/campaign-list.ts'
import { addCampaignRoute } from './routes/campaign-new.ts'
import { addCatalogueRoute } from './routes/catalogue.ts'
import { addCommandCancelRoutes } from './routes/command-cancel.ts'
import { addCommandListRoutes } from './routes/command-list.ts'
import { addCommandOrderRoutes } from './routes/command-orders.ts'
import { addDesiredRoutes } from './routes/desired.ts'
import { addDeviceRoutes } from './routes/devices.ts'
import { addDiagnosisRoute } from './routes/diagnosis.ts'
import { addEventRoutes } from './routes/events.ts'
import { addEvidenceRoute } from './routes/evidence.ts'
import { addFrameRoutes } from './routes/frames.ts'
import { addExportRoute } from './routes/export.ts'
import { addGeocodeRoute } from './routes/geocode.ts'
import { addKeyRoutes } from './routes/keys.ts'
import { addLastPositionRoutes } from './routes/last-positions.ts'
import { addLiveRoute } from './routes/live.ts'
import { addNamedCommandRoutes } from './routes/named-commands.ts'
import { addPlaceRoutes } from './routes/places.ts'
import { addPositionRoutes } from './routes/positions.ts'
import { addProbeRoutes } from './routes/probe.ts'
import { addRegistrationRoute } from './routes/registration.ts'
import { addScheduleRoutes } from './routes/schedules.ts'
import { addServiceRoutes } from './routes/service.ts'
import { addShareRoutes } from './routes/shares.ts'
import { addStreamRoute } from './routes/stream.ts'
import { addTripRoutes } from './routes/trips.ts'
import { addUnknownDeviceRoutes } from './routes/unknown-devices.ts'
import { provideSight } from './scope.ts'
import { addWebhookDeliveryRoutes } from './routes/webhook-deliveries.ts'
import { addNoticeChannelRoutes } from './routes/notice-channels.ts'
import { addNoticeRuleRoutes } from './routes/notice-rules.ts'
import { addWebhookRoutes } from './routes/webhooks.ts'
import { recordSecretsRead } from './secrets-read.ts'
import { refuseInvalid } from './validation.ts'

/** A fleet of 5,000 devices as CSV is about 300 kB. */
const MAX_BODY_BYTES = 1_000_000

/** The HTTP API as one app, the same in every host (Lambda, tests). */
export function createApp(parts: ApiParts): App {
  const app = new OpenAPIHono<ApiBindings>({ defaultHook: refuseInvalid })

  app.use(async (c, next) => {
    const requestId = randomUUID()
    c.set('requestId', requestId)
    await next()
    c.header('x-request-id', requestId)
    // Answers contain positions and keys: caches must not store them.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
    parts.metrics?.flush()
  })
  app.use(compress)
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new Problem(
          'too-large',
          `expected a body of at most ${MAX_BODY_BYTES} bytes; send devices in several`,
        )
      },
    }),
  )
  const recordAudit = createRecordAudit(parts)
  const onceAnHour = createOnceAnHour(parts.now)
  app.use('/v1/*', requireKey({ ...parts, recordAudit, onceAnHour }))
  app.use('/v1/*', provideSight(parts.deviceLabels))
  app.use('/v1/*', recordSecretsRead({ recordAudit, onceAnHour }))

  const describe = createDescription(app)
  addServiceRoutes(app, () => describe().document)
  if (parts.console) addConsoleRoutes(app, parts.console, parts.log)
  addDeviceRoutes(app, parts, { recordAudit, onceAnHour })
  addRegistrationRoute(app, parts, recordAudit)
  addLastPositionRoutes(app, parts)
  addPositionRoutes(app, parts)
  addExportRoute(app, parts)
  addTripRoutes(app, parts)
  addDiagnosisRoute(app, parts)
  addFrameRoutes(app, parts)
  addCatalogueRoute(app, parts)
  addCommandOrderRoutes(app, parts, recordAudit)
  addCommandListRoutes(app, parts)
  addCommandCancelRoutes(app, parts)
  addProbeRoutes(app, parts)
  addScheduleRoutes(app, parts, recordAudit)
  addDesiredRoutes(app, parts, recordAudit)
  addCampaignRoute(app, parts, recordAudit)
  addCampaignListRoutes(app, parts)
  addCampaignChangeRoutes(app, parts, recordAudit)
  addNamedCommandRoutes(app, parts, recordAudit)
  addAuditRoutes(app, parts)
  addLiveRoute(app, parts, recordAudit)
  addEventRoutes(app, parts)
  addStreamRoute(app, parts, { recordAudit, onceAnHour })
  addEvidenceRoute(app, parts)
  addUnknownDeviceRoutes(app, parts, recordAudit)
  addKeyRoutes(app, parts, recordAudit)
  addShareRoutes(app, parts, recordAudit)
  addPlaceRoutes(app, parts, recordAudit)
  addGeocodeRoute(app, parts)
  addWebhookRoutes(app, parts, recordAudit)
  addWebhookDeliveryRoutes(app, parts, recordAudit)
  addNoticeChannelRoutes(app, parts, recordAudit)
  addNoticeRuleRoutes(app, parts, recordAudit)

  app.notFound((c) => {
    const { paths } = describe()
    const allowed = methodsOf(paths, c.req.path)
    if (allowed.length > 0) {
      throw new Problem(
        'method-not-allowed',
        `${c.req.path} accepts ${allowed.join(', ')}, not ${c.req.method}`,
        {
          headers: { allow: allowed.join(', ') },
        },
      )
    }
    const nearest = nearestPaths(paths, c.req.path)
    throw new Problem('not-found', `no such path; nearest: ${nearest.join(', ')}; all are in /openapi.json`, {
      extras: { nearest },
    })
  })

  app.onError((error, c) => {
    const requestId = c.get('requestId')
    const problem = error instanceof Problem ? error : toProblem(error)
    if (problem.type === 'internal') {
      parts.log.error('request failed', { requestId, method: c.req.method, path: c.req.path, error })
    }
    return toProblemResponse(problem, requestId)
  })
  return app
}

/** The OpenAPI document and its paths. Made at first use, because it would slow down a cold start. */
function createDescription(app: App) {
  const describe = () => {
    const document = describeApi(app)
    return { document, paths: readPaths(document) }
  }
  let made: ReturnType<typeof describe> | null = null
  return () => (made ??= describe())
}

/** Converts refusals of the framework, and unexpected errors: details go into the log, not to the caller. */
function toProblem(error: Error): Problem {
  if (error instanceof HTTPException && error.status === 400) {
    return new Problem('invalid-request', 'expected a body of well-formed JSON')
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new Problem('unsupported-media-type', 'expected content-type: application/json')
  }
  return new Problem('internal', 'search the log for this request id')
}
