import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { queryAll } from './query-pages.ts'

/** A command that people of this installation have named. It is sent as raw bytes, and the rules for raw bytes apply. */
export type NamedCommand = {
  readonly name: string
  /** Text with the placeholders `{id}`, `{time}` and `{password}`. */
  readonly template: string
  readonly note: string | null
  /** ms since 1970 UTC */
  readonly changedAt: number
  /** Key id. */
  readonly changedBy: string
}

export type NamedCommands = {
  readonly get: (name: string) => Promise<NamedCommand | null>
  /** All named commands, by name. */
  readonly list: () => Promise<NamedCommand[]>
  readonly put: (command: NamedCommand) => Promise<void>
  /** False if there was none. */
  readonly remove: (name: string) => Promise<boolean>
}

const FORMAT = 1

export function createNamedCommands({ client, table }: FleetTable): NamedCommands {
  return {
    get: async (name) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: fleetKeys.namedCommand(name), ConsistentRead: true }),
      )
      return Item ? toNamedCommand(Item) : null
    },
    list: async () => {
      const { pk } = fleetKeys.namedCommand('')
      const items = await queryAll(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
      })
      return items.map(toNamedCommand)
    },
    put: async (command) => {
      const Item = { ...fleetKeys.namedCommand(command.name), v: FORMAT, ...command }
      await client.send(new PutCommand({ TableName: table, Item }))
    },
    remove: async (name) => {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: fleetKeys.namedCommand(name), ReturnValues: 'ALL_OLD' }),
      )
      return Attributes !== undefined
    },
  }
}

const toNamedCommand = (item: FleetItem): NamedCommand => ({
  name: String(item.name),
  template: String(item.template),
  note: typeof item.note === 'string' ? item.note : null,
  changedAt: Number(item.changedAt),
  changedBy: String(item.changedBy),
})
