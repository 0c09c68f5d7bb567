import type { ConsoleFiles } from './files.ts'

/** What the page needs before sign-in. It contains no secrets. */
export type ConsoleConfig = {
  readonly stage: string
  /** A MapLibre style or a PMTiles archive, a path of this server too; null: the console draws its own map. */
  readonly mapStyleUrl: string | null
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
}

/** `files` is null if the console was not built. */
export type Console = { readonly files: ConsoleFiles | null; readonly config: ConsoleConfig }
