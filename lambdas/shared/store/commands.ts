import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { numberOf, textOf } from '../attributes.ts'
import { readContest } from '../domain/contested.ts'
import { fleetKeys, type Session } from '../domain/device.ts'
import type { Command, CommandState } from '../domain/command.ts'
import { isVersionOnly } from '../domain/firmware.ts'
import { readLabels } from '../domain/labels.ts'
import type { Verdict } from '../domain/verdict.ts'
import { isUnexpired } from './expiry.ts'
import { batchDelete } from './batch-delete.ts'
import { batchGet } from './batch-get.ts'
import { sessionOf, toCommand, toDeviceCommands } from './command-items.ts'
import { toItems, type CommandedDevice, type CommandSave } from './command-save.ts'
import { IS_REGISTERED } from './device-item.ts'
import { noteFamilies } from './evidence.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'
import { transact } from './transact.ts'
import { queryPages } from './query-pages.ts'

type CommandFilter = {
  readonly state?: CommandState | undefined
  readonly verdict?: Verdict | undefined
  readonly intent?: string | undefined
  readonly probeId?: string | undefined
  /** By time of creation, ms: from ≤ createdAt < to. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

type PageRequest = { readonly after?: string | undefined; readonly limit: number }

type CommandPage = {
  /** Newest first. */
  readonly commands: readonly Command[]
  /** Pass as `after` to read older ones; null at the end. A page may be short or empty before the end. */
  readonly next: string | null
}

/** What a reply reports about its tracker. */
type Seen = { readonly model?: string | undefined; readonly firmware?: string | undefined }

/** Commands in the fleet table. All methods throw when the table cannot be reached. */
export type CommandStore = {
  /** Consistent. Null if the table has no such id; deleted devices have `registered: false`. */
  readonly readDevice: (deviceId: string) => Promise<CommandedDevice | null>
  /** Consistent. */
  readonly get: (deviceId: string, commandId: string) => Promise<Command | null>
  /** Consistent, in the order of the ids; missing ones are left out. */
  readonly getMany: (deviceId: string, commandIds: readonly string[]) => Promise<Command[]>
  readonly list: (deviceId: string, filter: CommandFilter, page: PageRequest) => Promise<CommandPage>
  /** `changed`: another writer was faster; read and decide again. `exists`: the new command already exists. */
  readonly save: (save: CommandSave) => Promise<'saved' | 'changed' | 'exists'>
  /** Marks this conclusion as published, so that the sweep does not do it. Has no effect if it was corrected since. */
  readonly markPublished: (command: Command) => Promise<void>
  /** Deletes commands and other items of the device created before that time; resolves to their number. */
  readonly purge: (deviceId: string, before: number) => Promise<number>
  /** Stores the model and firmware that a reply reports, if they are new. */
  readonly noteSeen: (deviceId: string, seen: Seen) => Promise<void>
}

/** Items read at a time, and maximum number of reads for one page, because the filter skips items. */
const MIN_READ = 25
const MAX_READS = 8

export function createCommandStore({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): CommandStore {
  // TTL deletion may take days: readers must ignore expired items.
  const isKept = isUnexpired(now)

  const getMany = async (deviceId: string, commandIds: readonly string[]): Promise<Command[]> => {
    const keys = commandIds.map((commandId) => fleetKeys.command(deviceId, commandId))
    const items = await batchGet(client, table, keys, { consistent: true })
    const found = new Map(items.filter(isKept).map((item) => [String(item.commandId), toCommand(item)]))
    return commandIds.flatMap((commandId) => found.get(commandId) ?? [])
  }

  return {
    readDevice: async (deviceId) => {
      const Key = fleetKeys.device(deviceId)
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))
      return Item ? toDevice(deviceId, Item) : null
    },

    get: async (deviceId, commandId) => (await getMany(deviceId, [commandId]))[0] ?? null,
    getMany,

    list: (deviceId, filter, page) => listCommands({ client, table, isKept }, deviceId, filter, page),

    save: async (save) => {
      // Before the counters, so that the list of families is always complete.
      await noteFamilies({ client, table }, save.evidence)
      const items = toItems(table, save)
      const failed = await transact(client, items)
      if (failed.length === 0) return 'saved'
      const isMade = failed.some((i) => save.commands[i]?.before === null)
      return isMade ? 'exists' : 'changed'
    },

    markPublished: (command) => markPublished({ client, table }, command),

    purge: async (deviceId, before) => {
      const { pk, sk } = fleetKeys.device(deviceId)
      let removed = 0
      for await (const page of queryPages(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ProjectionExpression: 'pk, sk, createdAt',
        ExpressionAttributeValues: { ':pk': pk },
      })) {
        const keys = page
          .filter((item) => item.sk !== sk && Number(item.createdAt ?? 0) < before)
          .map((item) => ({ pk: item.pk as string, sk: item.sk as string }))
        await batchDelete(client, table, keys)
        removed += keys.length
      }
      return removed
    },

    noteSeen: (deviceId, seen) => noteSeen({ client, table }, deviceId, seen),
  }
}

async function listCommands(
  { client, table, isKept }: FleetTable & { readonly isKept: (item: FleetItem) => boolean },
  deviceId: string,
  filter: CommandFilter,
  { after, limit }: PageRequest,
): Promise<CommandPage> {
  const commands: Command[] = []
  // Ids sort by time of creation, because they begin with it (`makeCommandId`).
  const from = timePrefix(filter.from ?? 0)
  const below = after ?? (filter.to === undefined ? '~' : timePrefix(filter.to))
  if (from > below) return { commands, next: null }
  let start: Record<string, unknown> | undefined
  for (let read = 0; ; read++) {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: Math.max(MIN_READ, limit),
        KeyConditionExpression: 'pk = :pk and sk between :from and :below',
        ExpressionAttributeValues: {
          ':pk': fleetKeys.device(deviceId).pk,
          ':from': fleetKeys.command(deviceId, from).sk,
          ':below': fleetKeys.command(deviceId, below).sk,
        },
        ExclusiveStartKey: start,
      }),
    )
    for (const item of page.Items ?? []) {
      // `between` includes its bounds.
      if (!isKept(item) || String(item.commandId) >= below) continue
      const command = toCommand(item)
      if (!matches(command, filter)) continue
      commands.push(command)
      if (commands.length === limit) return { commands, next: command.commandId }
    }
    start = page.LastEvaluatedKey
    if (!start) return { commands, next: null }
    if (read + 1 === MAX_READS) {
      return { commands, next: String(start.sk).slice(fleetKeys.command(deviceId, '').sk.length) }
    }
  }
}

async function markPublished(
  { client, table }: FleetTable,
  { deviceId, commandId, conclusion, dueAt }: Command,
): Promise<void> {
  if (conclusion === null) return
  // A command whose effect is still watched stays due for that.
  const watched = conclusion.effectPending && dueAt !== null
  await conditionHolds(
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: fleetKeys.command(deviceId, commandId),
        // Counts as a change: otherwise a concurrent writer would overwrite the mark.
        UpdateExpression:
          'SET #version = #version + :one' +
          (watched ? ', dueAt = :dueAt REMOVE unpublished' : ' REMOVE unpublished, due, dueAt'),
        ConditionExpression:
          'conclusion.#at = :at AND conclusion.verdict = :verdict' +
          (watched
            ? ' AND conclusion.effectPending = :pending'
            : ' AND (attribute_not_exists(conclusion.effectPending) OR conclusion.effectPending = :pending)'),
        ExpressionAttributeNames: { '#version': 'version', '#at': 'at' },
        ExpressionAttributeValues: {
          ':one': 1,
          ':at': conclusion.at,
          ':verdict': conclusion.verdict,
          ':pending': watched,
          ...(watched && { ':dueAt': dueAt }),
        },
      }),
    ),
  )
}

async function noteSeen({ client, table }: FleetTable, deviceId: string, seen: Seen): Promise<void> {
  const note = async (name: string, value: string | undefined, onlyIf: string): Promise<void> => {
    if (value === undefined || value === '') return
    await conditionHolds(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: fleetKeys.device(deviceId),
          UpdateExpression: 'SET #name = :value',
          ConditionExpression: `${IS_REGISTERED} and (attribute_not_exists(#name) or ${onlyIf})`,
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': value },
        }),
      ),
    )
  }
  await note('seenModel', seen.model, '#name <> :value')
  // As in `fullerFirmware`: a part of the known string is not new.
  const isVersion = seen.firmware !== undefined && isVersionOnly(seen.firmware)
  await note('seenFirmware', seen.firmware, isVersion ? 'not contains(#name, :value)' : '#name <> :value')
}

const toDevice = (deviceId: string, item: FleetItem): CommandedDevice => ({
  deviceId,
  registered: item.registeredAt !== undefined && item.deletedAt === undefined,
  model: textOf(item.model) ?? textOf(item.seenModel),
  firmware: textOf(item.seenFirmware),
  password: textOf(item.password),
  epoch: Number(item.epoch ?? 0),
  session: sessionOf(item),
  previous: (item.previous as Session | null | undefined) ?? null,
  contestedUntil: readContest(item).contestedUntil,
  establishedFrom: textOf(item.establishedFrom),
  purgeBefore: numberOf(item.purgeBefore),
  labels: readLabels(item.labels),
  commands: toDeviceCommands(item),
  commandsVersion: Number(item.commandsVersion ?? 0),
})

const timePrefix = (at: number): string => at.toString(36).padStart(9, '0')

const matches = (command: Command, { state, verdict, intent, probeId }: CommandFilter): boolean =>
  (state === undefined || command.state === state) &&
  (verdict === undefined || command.conclusion?.verdict === verdict) &&
  (intent === undefined || command.intent === intent) &&
  (probeId === undefined || command.probeId === probeId)
