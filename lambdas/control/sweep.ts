import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Tombstones } from '#shared/store/tombstones.ts'
import { purgeDevice } from './deletion.ts'
import { readDue } from './due.ts'

export type SweepParts = {
  readonly client: DynamoDBDocumentClient
  readonly table: string
  readonly tombstones: Tombstones
  readonly log: Log
  readonly metrics: Metrics
}

/** Acts on everything whose time has come. One item that fails is tried again a minute later and holds up no other. */
export const createSweep =
  (parts: SweepParts) =>
  async (now: number): Promise<void> => {
    for await (const item of readDue(parts, now)) {
      try {
        if (item.purgeBefore !== undefined) await purgeDevice({ ...parts, now }, item)
        parts.metrics.count('Swept')
      } catch (cause) {
        parts.metrics.count('SweepFailed')
        parts.log.error('due item not handled; the next sweep tries again', { pk: item.pk, cause })
      }
    }
  }
