import type { ConsoleFiles } from './files.ts'

/** What the page must know before anybody signs in. Nothing here is secret. */
export type ConsoleConfig = {
  readonly stage: string
  /** A MapLibre style; null: the track is drawn over a plain graticule. */
  readonly mapStyleUrl: string | null
  /** Sign-in by OpenID Connect; null: by API key only. */
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly scope: string
    /** Whom the tokens asked for are meant for: some providers (Auth0) give none that the API can read otherwise. */
    readonly audience: string | null
  } | null
  /** Where the live view connects to: wss://…; null: there is none. */
  readonly liveOrigin: string | null
}

/** Files: null where the console was not built. */
export type Console = { readonly files: ConsoleFiles | null; readonly config: ConsoleConfig }
