import { createRoute, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { ApiBindings, App } from '../app-type.ts'
import type { Log } from '../../shared/log.ts'
import { json } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import { exampleConfig, type Console, type ConsoleConfig } from './console.ts'
import { isPart, isSamePath, type MapArchive } from './map-archive.ts'
import { createSignInOrigins } from './sign-in-origins.ts'

const originOf = (url: string): string => new URL(url).origin

/**
 * Allows nothing from other hosts and nothing inline, except the map, the sign-in and the live socket. No wildcards: under
 * the same parent domain there may be hosts of strangers.
 */
function policyOf(
  { mapStyleUrl, liveOrigin }: ConsoleConfig,
  { signIn, mapOrigins }: { readonly signIn: readonly string[]; readonly mapOrigins: readonly string[] },
): string {
  const isElsewhere = mapStyleUrl !== null && !mapStyleUrl.startsWith('/')
  const map = isElsewhere ? [...new Set([originOf(mapStyleUrl), ...mapOrigins])] : []
  const connect = ["'self'", ...map, ...signIn, ...(liveOrigin ? [liveOrigin] : [])]
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${["'self'", 'data:', 'blob:', ...map].join(' ')}`,
    `connect-src ${connect.join(' ')}`,
    "worker-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const pageRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getConsole',
  tags: ['Service'],
  summary: 'The browser console',
  security: [],
  ...refuses('not-found'),
  responses: {
    200: { description: 'The page', content: { 'text/html': { schema: z.string() } } },
  },
})

const configRoute = createRoute({
  method: 'get',
  path: '/console.json',
  operationId: 'getConsoleConfig',
  tags: ['Service'],
  summary: 'The settings that the console needs before sign-in',
  security: [],
  responses: {
    200: json(
      'How to sign in, and where to connect; contains no secrets',
      z
        .object({
          stage: z.string(),
          mapStyleUrl: z.string().nullable().openapi({
            description:
              'A MapLibre style, or an archive of tiles (.pmtiles); null: the console draws its own map',
          }),
          geocoder: z.object({ text: z.string(), url: z.string() }).nullable().openapi({
            description:
              'Whose addresses `/v1/geocode` has, to be shown beside them; null: this installation has no geocoder',
          }),
          oidc: z
            .object({
              issuer: z.string(),
              clientId: z.string(),
              scope: z.string(),
              audience: z.string().nullable(),
            })
            .nullable()
            .openapi({ description: 'Sign-in by OpenID Connect; null: by API key only' }),
          liveOrigin: z
            .string()
            .nullable()
            .openapi({ description: "Where the live view connects to; null: the page's own address" }),
          silentHours: z
            .number()
            .openapi({ description: 'A device that has sent nothing for this many hours is silent' }),
          setsMqtt: z.boolean().openapi({
            description: 'Whether the MQTT broker can be set at /local/mqtt; in embedded mode only',
          }),
          sendsMail: z.boolean().openapi({
            description: 'Whether a channel for notices may be an e-mail address; on AWS only',
          }),
          trackers: z
            .object({
              hosts: z.array(z.string()),
              port: z.int(),
              isLocal: z.boolean(),
            })
            .openapi({
              description:
                'Where trackers dial in: names and addresses that reach it from the internet (none: not known here), the port, and whether it is open to this machine only',
            }),
        })
        .openapi('ConsoleConfig'),
      exampleConfig,
    ),
  },
})

/** The console at `/`, its files at `/assets/…`, its configuration at `/console.json`. */
export function addConsoleRoutes(
  app: App,
  { files, config, mapArchive, mapOrigins = [] }: Console,
  log: Log,
): void {
  const signInOrigins = createSignInOrigins(config.oidc?.issuer ?? null, (error) =>
    log.warn('cannot read the discovery document of the issuer', { error }),
  )
  const serve = createMiddleware<ApiBindings>(async (c, next) => {
    const found = await files?.(c.req.path, c.req.header('accept-encoding') ?? '')
    if (!found) return next()
    return c.body(found.body, 200, {
      'content-type': found.type,
      'cache-control': found.hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      // The page's policy applies; assets have one for their workers, which request no token.
      'content-security-policy': policyOf(config, {
        signIn: found.hashed ? [] : await signInOrigins(),
        mapOrigins,
      }),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'geolocation=(), camera=(), microphone=()',
      ...(found.encoding && { 'content-encoding': found.encoding }),
    })
  })
  app.openapi(configRoute, (c) => c.json(config, 200))
  app.use('/', serve)
  app.openapi(pageRoute, () => {
    throw new Problem('not-found', 'the console was not built with this API')
  })
  app.get('/assets/*', serve)
  if (mapArchive) addMapRoute(app, mapArchive)
}

/** Requires no key, because maps are public data, like the files of the console. */
function addMapRoute(app: App, { path, read }: MapArchive): void {
  app.get('/map/*', async (c, next) => {
    if (!isSamePath(new URL(c.req.url).pathname, path)) return next()
    const range = c.req.header('range')
    if (!isPart(range))
      throw new Problem(
        'invalid-request',
        'expected a request for a part of the map, at most 4 MB: Range: bytes=0-16383',
      )
    const part = await read(range)
    if (part.status === 404)
      throw new Problem('not-found', 'the archive of the map does not exist, or this server may not read it')
    if (part.status === 416) return c.body(null, 416, { 'content-range': part.contentRange })
    return c.body(part.body, 206, {
      'content-type': 'application/octet-stream',
      'content-range': part.contentRange,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
      // The map library notices a replaced file by this tag.
      ...(part.etag !== null && { etag: part.etag }),
    })
  })
}
