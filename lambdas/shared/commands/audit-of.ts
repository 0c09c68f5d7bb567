import type { KnownSecrets } from '#h02/catalogue/index.ts'
import type { Command } from '../domain/command.ts'
import { noOrigin } from '../domain/new-command.ts'
import type { NewAuditEntry } from '../store/audit.ts'

/** Bytes to a device, secrets masked; both as hex. */
export type MaskWritten = (hex: string, known: KnownSecrets) => string

/** What a step of a command writes to the audit, whatever the command's danger. */
export function auditOf(
  before: Command | null,
  after: Command,
  maskWritten: (hex: string) => string,
): NewAuditEntry[] {
  const { deviceId, commandId, createdBy, intent, danger, conclusion } = after
  const { createdAt, origin = noOrigin } = after
  const of = { deviceId, commandId, who: createdBy, ...origin, intent, danger, details: null, createdAt }
  const nothingYet = { dialect: null, verdict: null, reason: null, bytes: null }
  const asked =
    before === null ? [{ ...of, ...nothingYet, step: 'asked' as const, id: commandId, at: createdAt }] : []
  if (conclusion === null || conclusion.verdict === before?.conclusion?.verdict) return asked
  const written = after.timeline.findLast(({ kind, raw }) => kind === 'written' && raw !== null)?.raw ?? null
  const ended: NewAuditEntry = {
    ...of,
    step: 'ended',
    id: commandId,
    at: conclusion.at,
    dialect: after.attempts.at(-1)?.dialect ?? null,
    verdict: conclusion.verdict,
    reason: conclusion.reason,
    bytes: written === null ? null : maskWritten(written),
  }
  return [...asked, ended]
}
