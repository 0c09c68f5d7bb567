import type { ConsoleConfig } from './console.ts'

/** Settings of deployments, all optional. */
export type ConsoleEnv = {
  /**
   * URL of a MapLibre style, or of a PMTiles archive (`.pmtiles`); a path is of this server. Without one the console draws
   * its own map.
   */
  readonly MAP_STYLE_URL?: string
  /** With JWT_ISSUER: the console's public client at the identity provider. */
  readonly OIDC_CLIENT_ID?: string
  readonly OIDC_SCOPE?: string
  readonly JWT_ISSUER?: string
  readonly JWT_AUDIENCE?: string
  /** The prefix of our scopes in a token; `h02/` by default. Read by the handler. */
  readonly JWT_SCOPE_PREFIX?: string
  /** The claim that restricts a token to devices. Read by the handler. */
  readonly JWT_DEVICES_CLAIM?: string
  /** The MQTT endpoint for watchers: a host name, or ws://… in embedded mode. */
  readonly IOT_ENDPOINT?: string
  /** `on`: watchers connect to the address of the page instead. Read by settings.ts too. */
  readonly LIVE_THROUGH_API?: string
}

const toWebSocketOrigin = (endpoint: string): string =>
  endpoint.includes('://') ? new URL(endpoint).origin : `wss://${endpoint}`

/** Reads and checks the console's settings; throws at start with a sentence that names the problem. */
export function readConsoleConfig(stage: string, env: ConsoleEnv = process.env): ConsoleConfig {
  const { MAP_STYLE_URL: style, OIDC_CLIENT_ID: clientId, JWT_ISSUER: issuer, IOT_ENDPOINT: endpoint } = env
  if (style && !style.startsWith('/') && !URL.canParse(style))
    throw new Error(`MAP_STYLE_URL must be a URL, not "${style}"`)
  if (clientId && !issuer) throw new Error('OIDC_CLIENT_ID requires JWT_ISSUER')
  return {
    stage,
    mapStyleUrl: style || null,
    oidc:
      clientId && issuer
        ? { issuer, clientId, scope: env.OIDC_SCOPE ?? 'openid', audience: env.JWT_AUDIENCE ?? null }
        : null,
    liveOrigin: endpoint && env.LIVE_THROUGH_API !== 'on' ? toWebSocketOrigin(endpoint) : null,
  }
}
