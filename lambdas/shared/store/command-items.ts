import type { Command, Conclusion } from '../domain/command.ts'
import { emptyDevice, type DeviceCommands } from '../domain/device-commands.ts'
import { fleetKeys, type Session } from '../domain/device.ts'
import { noFacts } from '../domain/verdict.ts'
import type { FleetItem } from './fleet-list.ts'

/** Commands expire after 400 days. */
const KEPT_SECONDS = 400 * 86_400
/** If a conclusion is not published within this time, the sweep publishes it. */
const PUBLISH_WITHIN_MS = 60_000

/**
 * The attributes that a command item has in addition to the command: due time and expiry. `isNewConclusion`: it was concluded or
 * corrected just now, so it stays due until that is published (a transactional outbox).
 */
export function toCommandItem(
  command: Command,
  { isNewConclusion }: { isNewConclusion: boolean },
): FleetItem {
  const { dueAt: plannedAt, ...fields } = command
  const publishAt =
    isNewConclusion && command.conclusion !== null ? command.conclusion.at + PUBLISH_WITHIN_MS : null
  const dueAt = publishAt === null ? plannedAt : Math.min(publishAt, plannedAt ?? Infinity)
  return {
    ...fleetKeys.command(command.deviceId, command.commandId),
    ...fields,
    ...(isNewConclusion && { unpublished: true }),
    // Indexed attributes must be numbers or absent; null is not allowed.
    ...(dueAt !== null && { due: fleetKeys.dueOf(command.deviceId), dueAt }),
    ttl: Math.ceil(command.createdAt / 1_000) + KEPT_SECONDS,
  }
}

const formerConclusion: Partial<Conclusion> = { ambiguous: false, effectPending: false, corrected: false }

/** Items of the previous version lack some fields. */
export function toCommand(item: FleetItem): Command {
  const { pk: _pk, sk: _sk, due: _due, ttl: _ttl, ...fields } = item
  const command = fields as Command
  const { attempts, dueAt } = command
  const conclusion: Partial<Conclusion> | null = command.conclusion
  return {
    ...command,
    attempts: attempts.map((attempt) => ({ ...attempt, facts: { ...noFacts, ...attempt.facts } })),
    conclusion: conclusion && ({ ...formerConclusion, ...conclusion } as Conclusion),
    waitingFor: command.waitingFor ?? null,
    dueAt: typeof dueAt === 'number' ? dueAt : null,
  }
}

/** A device's item has these attributes only after its first command. */
export function toDeviceCommands(item: FleetItem): DeviceCommands {
  const { queue, open, openRestore, watching } = { ...emptyDevice, ...(item as Partial<DeviceCommands>) }
  return { queue, open, openRestore, watching }
}

/** The item's epoch is the session's: each login increments it. */
export const sessionOf = (item: FleetItem): Session | null =>
  item.session ? { ...(item.session as Session), epoch: Number(item.epoch ?? 0) } : null
