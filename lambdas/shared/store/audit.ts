import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Danger, Dialect } from '#h02/catalogue/types.ts'
import { fleetKeys } from '../domain/device.ts'
import type { Verdict } from '../domain/verdict.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'

/** Who sent which command to a device, and how it ended. Kept permanently. */
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
  /** What was written, hex, secrets masked. Removed with the device. */
  readonly bytes: string | null
}

export type AuditStore = {
  /** Oldest first. */
  readonly list: (deviceId: string) => Promise<AuditEntry[]>
  /** A deleted device leaves who, when and the outcome, no bytes. */
  readonly strip: (deviceId: string) => Promise<void>
}

export const toAuditItem = (entry: AuditEntry): FleetItem => ({
  ...fleetKeys.audit(entry.deviceId, entry.at, entry.commandId, entry.step),
  ...entry,
})

export function createAuditStore({ client, table }: FleetTable): AuditStore {
  const readAll = async (deviceId: string): Promise<FleetItem[]> => {
    const items: FleetItem[] = []
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': fleetKeys.audit(deviceId, 0, '', '').pk },
          ExclusiveStartKey: start,
        }),
      )
      items.push(...(page.Items ?? []))
      start = page.LastEvaluatedKey
    } while (start)
    return items
  }
  return {
    list: async (deviceId) =>
      (await readAll(deviceId)).map(({ pk: _pk, sk: _sk, ...entry }) => entry as AuditEntry),
    strip: async (deviceId) => {
      for (const { pk, sk, bytes } of await readAll(deviceId)) {
        if (bytes === null) continue
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: { pk, sk },
            UpdateExpression: 'SET #bytes = :none',
            ExpressionAttributeNames: { '#bytes': 'bytes' },
            ExpressionAttributeValues: { ':none': null },
          }),
        )
      }
    },
  }
}
