import type { Command } from '../domain/command.ts'
import { factsOf } from '../domain/facts.ts'
import { noOrigin } from '../domain/new-command.ts'
import { noCommand, type NewAuditEntry } from '../store/audit.ts'

/** Commands that change the tracker's own password to `newPassword`. */
const passwordIntents: ReadonlySet<string> = new Set(['set-password', 'set-password-huasuntek'])

const isAccepted = (command: Command): boolean => {
  const { reply } = factsOf(command)
  return reply?.ok === true && !reply.ambiguous
}

/** The tracker has accepted a new password with this step: the registry takes it over. Null: it has not. */
export function newPasswordOf(before: Command | null, after: Command): string | null {
  const password = after.params['newPassword']
  if (!passwordIntents.has(after.intent) || typeof password !== 'string') return null
  return isAccepted(after) && !(before !== null && isAccepted(before)) ? password : null
}

/** In the name of who asked for the command. */
export const auditOfPassword = (command: Command): NewAuditEntry => ({
  ...(command.origin ?? noOrigin),
  ...noCommand,
  deviceId: command.deviceId,
  step: 'password-changed',
  id: command.commandId,
  at: factsOf(command).reply?.at ?? command.createdAt,
  who: command.createdBy,
  details: null,
  commandId: command.commandId,
  intent: command.intent,
  createdAt: command.createdAt,
})
