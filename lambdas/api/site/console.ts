import type { ConsoleFiles } from './files.ts'

/** What the page needs before anyone signs in. Nothing of it is secret. */
export type ConsoleConfig = {
  readonly stage: string
  /** A MapLibre style; null: the track is drawn over a plain graticule. */
  readonly mapStyleUrl: string | null
  /** Sign-in by OpenID Connect; null: by API key only. */
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly scope: string
    /** The audience to ask tokens for: without it some providers (Auth0) issue none that the API can read. */
    readonly audience: string | null
  } | null
  /** Where the live view connects to: wss://…; null: there is none. */
  readonly liveOrigin: string | null
}

/** Files: null where the console was not built. */
export type Console = { readonly files: ConsoleFiles | null; readonly config: ConsoleConfig }
