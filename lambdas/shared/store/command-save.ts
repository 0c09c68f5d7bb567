import type { Command } from '../domain/command.ts'
import type { DeviceCommands } from '../domain/device-commands.ts'
import { fleetKeys, type Session } from '../domain/device.ts'
import type { Labels } from '../domain/labels.ts'
import type { EvidenceChange } from '../domain/evidence-change.ts'
import { toAuditPuts, type NewAuditEntry } from './audit.ts'
import { toCommandItem } from './command-items.ts'
import { IS_REGISTERED } from './device-item.ts'
import { countEvidence } from './evidence.ts'
import type { TransactItem } from './transact.ts'

/** The part of a device's item that matters to its commands. */
export type CommandedDevice = {
  readonly deviceId: string
  /** False: deleted, or never registered. */
  readonly registered: boolean
  /** As set by people, else as reported by a reply. */
  readonly model: string | null
  readonly firmware: string | null
  /** The device's own password, for text commands. */
  readonly password: string | null
  readonly epoch: number
  readonly session: Session | null
  /** The session that the current session's login ended; null: none. */
  readonly previous: Pick<Session, 'remoteAddress'> | null
  /** Two sockets use the id: dangerous commands are refused until then, ms. */
  readonly contestedUntil: number | null
  /** Address of the device's last established session; null: none yet. */
  readonly establishedFrom: string | null
  /** Commands created before this time belong to a deleted registration. */
  readonly purgeBefore: number | null
  /** Those that the registry has now. */
  readonly labels: Labels
  readonly commands: DeviceCommands
  /** Counts changes of `commands`: each write requires the value that was read. */
  readonly commandsVersion: number
}

/**
 * What one transaction writes, all or nothing. A command requires its previous version (null: it must not exist); the
 * device's item requires `commandsVersion` and, if requested, its session or its epoch.
 */
export type CommandSave = {
  readonly commands: readonly { readonly before: Command | null; readonly after: Command }[]
  /** Null: the device's item stays unchanged. */
  readonly device: {
    readonly before: CommandedDevice
    readonly after: DeviceCommands
    /** `epoch`: no login since it was read. `session`: this session still owns the device, and the device is registered. */
    readonly only: 'epoch' | 'session' | null
    /** The device's new password; absent: unchanged. */
    readonly password?: string
  } | null
  readonly evidence: readonly EvidenceChange[]
  readonly audit: readonly NewAuditEntry[]
}

/** Commands come first: `save` identifies what failed by its index. */
export function toItems(table: string, { commands, device, evidence, audit }: CommandSave): TransactItem[] {
  return [
    ...commands.map(({ before, after }) => toPut(table, before, after)),
    ...(device ? [toDeviceUpdate(table, device)] : []),
    ...countEvidence(table, evidence),
    ...audit.flatMap((entry) => toAuditPuts(table, entry)),
  ]
}

function toPut(table: string, before: Command | null, after: Command): TransactItem {
  // A correction must be published too.
  const isNewConclusion =
    after.conclusion !== null && before?.conclusion?.verdict !== after.conclusion.verdict
  const Item = toCommandItem(after, { isNewConclusion })
  if (before === null)
    return { Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' } }
  return {
    Put: {
      TableName: table,
      Item,
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': before.version },
    },
  }
}

function toDeviceUpdate(
  table: string,
  { before, after, only, password }: NonNullable<CommandSave['device']>,
): TransactItem {
  const isFirst = before.commandsVersion === 0
  const conditions = [
    'attribute_exists(pk)',
    isFirst ? 'attribute_not_exists(commandsVersion)' : 'commandsVersion = :version',
    ...(only === null ? [] : [IS_REGISTERED]),
    ...(only === 'epoch' ? ['epoch = :epoch'] : []),
    ...(only === 'session' ? ['#session.sessionId = :session'] : []),
  ]
  return {
    Update: {
      TableName: table,
      Key: fleetKeys.device(before.deviceId),
      UpdateExpression:
        'SET queue = :queue, #open = :open, openRestore = :openRestore, watching = :watching,' +
        ` commandsVersion = :next${password === undefined ? '' : ', #password = :password'}`,
      ConditionExpression: conditions.join(' and '),
      ExpressionAttributeNames: {
        '#open': 'open',
        ...(only === 'session' && { '#session': 'session' }),
        ...(password !== undefined && { '#password': 'password' }),
      },
      ExpressionAttributeValues: {
        ':queue': after.queue,
        ':open': after.open,
        ':openRestore': after.openRestore,
        ':watching': after.watching,
        ':next': before.commandsVersion + 1,
        ...(!isFirst && { ':version': before.commandsVersion }),
        ...(only === 'epoch' && { ':epoch': before.epoch }),
        ...(only === 'session' && { ':session': before.session?.sessionId ?? '' }),
        ...(password !== undefined && { ':password': password }),
      },
    },
  }
}
