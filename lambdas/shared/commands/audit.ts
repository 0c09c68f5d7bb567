import type { KnownSecrets } from '#h02/catalogue/index.ts'
import type { RelayedReport } from '../domain/command-messages.ts'
import { noOrigin, type Command } from '../domain/command.ts'
import { RELAY } from '../domain/relay.ts'
import { factsOf } from '../domain/verdict.ts'
import { noCommand, type AuditStep, type NewAuditEntry } from '../store/audit.ts'

/** Masks the secrets in bytes to a device; both as hex. */
export type MaskWritten = (hex: string, known: KnownSecrets) => string

/** An audit entry with the name of the key that ordered the command. */
function entryFor(command: Command, step: AuditStep, at: number): NewAuditEntry {
  const { deviceId, commandId, createdBy: who, createdAt, intent, origin = noOrigin } = command
  const about = { ...noCommand, deviceId, commandId, intent, createdAt }
  return { ...about, ...origin, step, id: commandId, at, who, details: null }
}

/** The audit entries of a command's step; all dangers are audited. */
export function auditOf(
  before: Command | null,
  after: Command,
  maskWritten: (hex: string) => string,
): NewAuditEntry[] {
  const { createdAt, danger, attempts, timeline, conclusion } = after
  const asked = before === null ? [{ ...entryFor(after, 'asked', createdAt), danger }] : []
  if (conclusion === null || conclusion.verdict === before?.conclusion?.verdict) return asked
  const written = timeline.findLast(({ kind, raw }) => kind === 'written' && raw !== null)?.raw ?? null
  const ended: NewAuditEntry = {
    ...entryFor(after, 'ended', conclusion.at),
    danger,
    dialect: attempts.at(-1)?.dialect ?? null,
    verdict: conclusion.verdict,
    reason: conclusion.reason,
    bytes: written === null ? null : maskWritten(written),
  }
  return [...asked, ended]
}

/** Bytes of the server that a device is relayed to were written to the tracker; `bytes`: masked, hex. */
export const auditOfRelayed = (
  { deviceId, sessionId, seq, at, server, danger, intent }: RelayedReport,
  bytes: string,
): NewAuditEntry => ({
  ...noCommand,
  ...noOrigin,
  deviceId,
  step: 'relayed',
  id: `${sessionId}.${seq}`,
  at,
  createdAt: at,
  who: RELAY,
  intent,
  danger,
  bytes,
  details: { server },
})

/** Commands that change the tracker's own password to `newPassword`. */
const passwordIntents: ReadonlySet<string> = new Set(['set-password', 'set-password-huasuntek'])

const isAccepted = (command: Command): boolean => {
  const { reply } = factsOf(command)
  return reply?.ok === true && !reply.ambiguous
}

/** The new password that the tracker has accepted with this step, for the registry; null: none. */
export function newPasswordOf(before: Command | null, after: Command): string | null {
  const password = after.params['newPassword']
  if (!passwordIntents.has(after.intent) || typeof password !== 'string') return null
  return isAccepted(after) && !(before !== null && isAccepted(before)) ? password : null
}

export const auditOfPassword = (command: Command): NewAuditEntry =>
  entryFor(command, 'password-changed', factsOf(command).reply?.at ?? command.createdAt)
