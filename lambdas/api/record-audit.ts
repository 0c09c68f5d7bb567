import { noCommand, type AuditEntry, type AuditStep, type AuditStore } from '../shared/store/audit.ts'
import type { Caller } from './app-type.ts'

export type AuditRecord = {
  readonly step: AuditStep
  readonly deviceId?: string
  readonly details?: AuditEntry['details']
  /** Of an engine command. */
  readonly command?: Pick<AuditEntry, 'commandId' | 'intent' | 'danger'>
}

/** Adds what a caller did to the audit; rejects when it cannot be stored. */
export type RecordAudit = (caller: Caller, ...records: readonly AuditRecord[]) => Promise<void>

export const createRecordAudit =
  ({ audit, now }: { readonly audit: Pick<AuditStore, 'add'>; readonly now: () => number }): RecordAudit =>
  (caller, ...records) => {
    const at = now()
    return audit.add(
      records.map(({ step, deviceId = null, details = null, command }, n) => ({
        ...noCommand,
        ...command,
        ...caller.origin,
        id: `${caller.origin.requestId ?? caller.keyId}#${n}`,
        createdAt: at,
        at,
        step,
        deviceId,
        details,
        who: caller.keyId,
      })),
    )
  }
