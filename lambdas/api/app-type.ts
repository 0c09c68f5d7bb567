import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Log } from '../shared/log.ts'
import type { ApiKeys, Scope } from '../shared/store/api-keys.ts'
import type { DeviceRegistry } from '../shared/store/devices.ts'
import type { HistoryReader } from '../shared/store/history.ts'
import type { HistoryRow } from '../shared/domain/device-state.ts'
import type { UnknownDevices } from '../shared/store/unknown-devices.ts'

/** Who asks, and what they may. */
export type Caller = { readonly keyId: string; readonly scopes: ReadonlySet<Scope> }

/** Who a bearer token stands for, or null. API keys today; a JWT verifier would be another of these. */
export type Authenticate = (token: string) => Promise<Caller | null>

export type ApiBindings = { Variables: { caller: Caller; requestId: string } }
export type App = OpenAPIHono<ApiBindings>

/** What the app is made of: each can be replaced in a test. */
export type ApiParts = {
  readonly devices: DeviceRegistry
  readonly unknownDevices: UnknownDevices
  readonly keys: ApiKeys
  readonly history: HistoryReader
  readonly authenticate: Authenticate
  readonly log: Log
  /** Hides secrets in raw bytes, for callers without the scope `secrets`. */
  readonly maskRaw?: (row: HistoryRow) => HistoryRow
}
