import { createRoute, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { ApiBindings, App } from '../app-type.ts'
import type { Log } from '../../shared/log.ts'
import { Problem, refuses } from '../problem.ts'
import type { Console, ConsoleConfig } from './console.ts'
import { createSignInOrigins } from './sign-in-origins.ts'

const originOf = (url: string): string => new URL(url).origin

/** Allows nothing from other hosts and nothing inline, except the map's style, the sign-in and the live socket. */
function policyOf({ mapStyleUrl, liveOrigin }: ConsoleConfig, signIn: readonly string[]): string {
  const isElsewhere = mapStyleUrl !== null && !mapStyleUrl.startsWith('/')
  const map = isElsewhere ? [originOf(mapStyleUrl), ...hostsBeside(mapStyleUrl)] : []
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

/** Styles load tiles, sprites and glyphs from sister hosts (`tiles.`, `api.`): hosts of the same domain are allowed. */
function hostsBeside(url: string): string[] {
  const { protocol, hostname } = new URL(url)
  const parts = hostname.split('.')
  const isName = parts.length > 2 && !/^[\d.]+$/.test(hostname)
  return isName ? [`${protocol}//*.${parts.slice(-2).join('.')}`] : []
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
  summary: 'What the console must know before anyone signs in',
  security: [],
  responses: {
    200: {
      description: 'How to sign in, and where to connect to; nothing secret',
      content: {
        'application/json': {
          schema: z
            .object({
              stage: z.string(),
              mapStyleUrl: z.string().nullable().openapi({
                description:
                  'A MapLibre style, or an archive of tiles (.pmtiles); null: the console draws its own map',
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
            })
            .openapi('ConsoleConfig'),
        },
      },
    },
  },
})

/** The console at `/`, its files at `/assets/…`, its configuration at `/console.json`. */
export function addConsoleRoutes(app: App, { files, config }: Console, log: Log): void {
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
      'content-security-policy': policyOf(config, found.hashed ? [] : await signInOrigins()),
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
}
