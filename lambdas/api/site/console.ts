import type { Attribution } from '../geocode/source.ts'
import type { ConsoleFiles } from './files.ts'
import type { MapArchive } from './map-archive.ts'

/** The settings that the page needs before sign-in. They contain no secrets. */
export type ConsoleConfig = {
  readonly stage: string
  /** A MapLibre style or a PMTiles archive, a path of this server too; null: the console draws its own map. */
  readonly mapStyleUrl: string | null
  /** The attribution of addresses of `/v1/geocode`; null if there is no geocoder. */
  readonly geocoder: Attribution | null
  /** Sign-in by OpenID Connect; null: by API key only. */
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly scope: string
    /** The audience to request tokens for: without it some providers (Auth0) issue tokens that the API cannot read. */
    readonly audience: string | null
  } | null
  /** The MQTT endpoint of the live view: wss://…; null: the page's own address. */
  readonly liveOrigin: string | null
  /** A device that has sent nothing for this many hours is silent. */
  readonly silentHours: number
  /** Whether the broker of MQTT can be set here, at /local/mqtt: in embedded mode only. */
  readonly setsMqtt: boolean
  /** Whether channels for notices may be e-mail addresses: on AWS only. */
  readonly sendsMail: boolean
  /** The address that trackers connect to. */
  readonly trackers: {
    /** Names and addresses that reach it from the internet, the preferred one first; empty: not known here. */
    readonly hosts: string[]
    readonly port: number
    /** True if trackers reach the port only from this machine. */
    readonly isLocal: boolean
  }
}

export const exampleConfig: ConsoleConfig = {
  stage: 'prod',
  mapStyleUrl: null,
  geocoder: null,
  oidc: null,
  liveOrigin: 'wss://a1b2c3-ats.iot.eu-west-1.amazonaws.com',
  silentHours: 24,
  setsMqtt: false,
  sendsMail: true,
  trackers: { hosts: ['gps.example.com'], port: 5013, isLocal: false },
}

/** `files` is null if the console was not built. */
export type Console = {
  readonly files: ConsoleFiles | null
  readonly config: ConsoleConfig
  /** Origins of tiles, sprites and glyphs that the map's style names, besides its own. */
  readonly mapOrigins?: readonly string[]
  /** The path of the map archive in a bucket. */
  readonly mapArchive?: MapArchive | null
}
