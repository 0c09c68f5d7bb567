import { requireNumber } from '../../shared/env.ts'
import { attributionOf, geocoderSourceFromEnv } from '../geocode/source.ts'
import type { ConsoleConfig } from './console.ts'
import { pathOfArchive, readLocation } from './map-archive.ts'

/** Settings of deployments, all optional. */
export type ConsoleEnv = {
  /**
   * URL of a MapLibre style, or of a PMTiles archive (`.pmtiles`); a path is of this server. Without one the console draws
   * its own map.
   */
  readonly MAP_STYLE_URL?: string
  /** Origins of tiles, sprites and glyphs that the style names, besides its own, separated by blanks. Read by map-origins.ts. */
  readonly MAP_ORIGINS?: string
  /** Instead of it: `s3://bucket/key.pmtiles`, an archive in a bucket that this server may read. */
  readonly MAP_PMTILES?: string
  /** `amazon-location`, or the URL of a Nominatim server: addresses of positions. Read by geocode too. */
  readonly GEOCODER?: string
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
  /** Names and addresses at which trackers reach the gateway, separated by blanks or commas. */
  readonly TRACKER_HOSTS?: string
  /** 5013 by default. */
  readonly TRACKER_PORT?: string
  /** `on`: trackers reach the port from this machine only. */
  readonly TRACKERS_LOCAL?: string
  /** As in ControlEnv; 24 by default. */
  readonly SILENT_HOURS?: string
  /** `on`: watchers connect to the address of the page instead. Read by settings.ts too. */
  readonly LIVE_THROUGH_API?: string
  /** `on`: this installation serves /local/mqtt. */
  readonly MQTT_SETTING?: string
  /** The topic of e-mail; without it this installation sends none. Read by the handler too. */
  readonly NOTICE_TOPIC_ARN?: string
}

const DEFAULT_TRACKER_PORT = 5013
const DEFAULT_SILENT_HOURS = 24
const MAX_SILENT_HOURS = 720

const toWebSocketOrigin = (endpoint: string): string =>
  endpoint.includes('://') ? new URL(endpoint).origin : `wss://${endpoint}`

/** Reads and checks the console's settings; throws at start with a sentence that names the problem. */
export function readConsoleConfig(stage: string, env: ConsoleEnv = process.env): ConsoleConfig {
  const { MAP_STYLE_URL: style, OIDC_CLIENT_ID: clientId, JWT_ISSUER: issuer, IOT_ENDPOINT: endpoint } = env
  if (style && !style.startsWith('/') && !URL.canParse(style))
    throw new Error(`MAP_STYLE_URL must be a URL, not "${style}"`)
  const archive = env.MAP_PMTILES ? requireArchive(env.MAP_PMTILES) : null
  const geocoder = geocoderSourceFromEnv(env.GEOCODER)
  if (clientId && !issuer) throw new Error('OIDC_CLIENT_ID requires JWT_ISSUER')
  return {
    stage,
    mapStyleUrl: archive === null ? style || null : pathOfArchive(archive.key),
    geocoder: geocoder === null ? null : attributionOf(geocoder),
    oidc:
      clientId && issuer
        ? { issuer, clientId, scope: env.OIDC_SCOPE ?? 'openid', audience: env.JWT_AUDIENCE ?? null }
        : null,
    trackers: {
      hosts: (env.TRACKER_HOSTS ?? '').split(/[\s,]+/).filter((host) => host !== ''),
      port: Number(env.TRACKER_PORT ?? DEFAULT_TRACKER_PORT),
      isLocal: env.TRACKERS_LOCAL === 'on',
    },
    silentHours: requireNumber(
      'SILENT_HOURS',
      env.SILENT_HOURS ?? String(DEFAULT_SILENT_HOURS),
      1,
      MAX_SILENT_HOURS,
    ),
    setsMqtt: env.MQTT_SETTING === 'on',
    sendsMail: Boolean(env.NOTICE_TOPIC_ARN),
    liveOrigin: endpoint && env.LIVE_THROUGH_API !== 'on' ? toWebSocketOrigin(endpoint) : null,
  }
}

/** The location of the map archive; throws if it is not valid. */
export function requireArchive(text: string): { readonly bucket: string; readonly key: string } {
  const location = readLocation(text)
  if (location === null) throw new Error(`MAP_PMTILES must be like s3://bucket/region.pmtiles, not "${text}"`)
  return location
}
