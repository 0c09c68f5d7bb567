import { noCommand, type AuditEntry, type AuditStep, type AuditStore } from '../shared/store/audit.ts'
import type { Caller } from './app-type.ts'

export type AuditRecord = {
  readonly step: AuditStep
  readonly deviceId?: string
  readonly details?: AuditEntry['details']
  /**
   * For an engine command, whose steps are recorded once however often a request is repeated: `at` must be the same
   * each time. Other entries belong to the request.
   */
  readonly command?: Pick<AuditEntry, 'intent' | 'danger' | 'at'> & { readonly commandId: string }
}

/** Adds a caller's actions to the audit; rejects if they cannot be stored. */
export type RecordAudit = (caller: Caller, ...records: readonly AuditRecord[]) => Promise<void>

export const createRecordAudit =
  ({ audit, now }: { readonly audit: Pick<AuditStore, 'add'>; readonly now: () => number }): RecordAudit =>
  (caller, ...records) => {
    const requestedAt = now()
    return audit.add(
      records.map(({ step, deviceId = null, details = null, command }, n) => ({
        ...noCommand,
        at: requestedAt,
        ...command,
        ...caller.origin,
        id: command?.commandId ?? `${caller.origin.requestId ?? caller.keyId}#${n}`,
        createdAt: command?.at ?? requestedAt,
        step,
        deviceId,
        details,
        who: caller.keyId,
      })),
    )
  }
