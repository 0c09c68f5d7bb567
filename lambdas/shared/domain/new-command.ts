import type { Danger, Dialect, Params } from '#h02/catalogue/types.ts'

/** From where a request came, as far as it is known. */
export type Origin = {
  /** Name of the key. */
  readonly keyName: string | null
  /** Network address of the client. */
  readonly address: string | null
  readonly requestId: string | null
}
export const noOrigin: Origin = { keyName: null, address: null, requestId: null }

/** What somebody asks for, checked against the catalogue. */
export type NewCommand = {
  /** By `makeCommandId`; the same order twice has the same id. */
  readonly commandId: string
  readonly deviceId: string
  /** ms since 1970 UTC */
  readonly createdAt: number
  /** Key id of who asked. */
  readonly createdBy: string
  /** For the audit; absent in commands of the version before. */
  readonly origin?: Origin
  /** Waiting for longer than this, it ends `undelivered`. */
  readonly expiresAt: number
  /** Of the catalogue, also where it was recognised in raw bytes; else `raw`. */
  readonly intent: string
  readonly params: Params
  /** hex of what was typed; null for an intent. */
  readonly raw: string | null
  readonly dialect: Dialect | 'auto'
  readonly danger: Danger
  /** False: it goes at once, or is not made. Absent: true; dangerous commands never wait. */
  readonly mayWait?: false
  readonly probeId: string | null
}
