import type { Danger, Dialect } from '#h02/catalogue/types.ts'
import type { Verdict } from '../domain/verdict.ts'

/** Who did what with a device, kept for ever: a command that is not harmless, or bytes that nobody knows. */
export type AuditEntry = {
  readonly deviceId: string
  readonly commandId: string
  /** `asked`: somebody wanted it. `ended`: what became of it. */
  readonly step: 'asked' | 'ended'
  /** ms since 1970 UTC */
  readonly at: number
  /** Key id of who asked. */
  readonly who: string
  readonly intent: string
  readonly danger: Danger
  readonly dialect: Dialect | null
  /** `ended` only. */
  readonly verdict: Verdict | null
  readonly reason: string | null
  /** Dangerous commands that were written: the bytes, hex, secrets masked. Removed with the device. */
  readonly bytes: string | null
}

export type AuditStore = {
  /** Oldest first. */
  readonly list: (deviceId: string) => Promise<AuditEntry[]>
  /** A deleted device leaves who, when and the outcome, no bytes. */
  readonly strip: (deviceId: string) => Promise<void>
}
