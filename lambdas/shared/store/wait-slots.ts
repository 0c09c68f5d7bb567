import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import { conditionHolds } from './condition-holds.ts'
import type { FleetTable } from './fleet-list.ts'

/**
 * Slots for requests that wait for a command. A Lambda instance handles one request at a time, so requests that wait in
 * all instances would leave none for others: only as many wait as there are slots.
 */
export type WaitSlots = {
  /** Takes a slot until `until`, ms; null if none of the tried ones is free. Release it when the wait is over. */
  readonly take: (until: number) => Promise<WaitSlot | null>
}
type WaitSlot = { readonly release: () => Promise<void> }

/** Slots tried per request: enough to find a free one, few enough for a crowd that finds none. */
const MAX_TRIES = 3
/** After a failure no slot is tried for this long, so that a crowd does not query the table once per request. */
const FULL_MS = 250
/** An instance that ends without a release blocks its slot at most this long beyond its wait. */
const GRACE_MS = 5_000

export function createWaitSlots({
  client,
  table,
  slots,
  now = Date.now,
  random = Math.random,
}: FleetTable & { slots: number; now?: () => number; random?: () => number }): WaitSlots {
  const tryTake = async (slot: number, until: number): Promise<WaitSlot | null> => {
    const key = fleetKeys.waitSlot(slot)
    const holder = `${until}-${random()}`
    const endsAt = until + GRACE_MS
    const isTaken = await conditionHolds(
      client.send(
        new PutCommand({
          TableName: table,
          Item: { ...key, holder, endsAt, ttl: Math.ceil(endsAt / 1_000) },
          ConditionExpression: 'attribute_not_exists(pk) or endsAt <= :now',
          ExpressionAttributeValues: { ':now': now() },
        }),
      ),
    )
    return isTaken ? { release: () => release(key, holder) } : null
  }

  const release = async (key: { pk: string; sk: string }, holder: string): Promise<void> => {
    // False: it expired, and another request has the slot now.
    await conditionHolds(
      client.send(
        new DeleteCommand({
          TableName: table,
          Key: key,
          ConditionExpression: 'holder = :holder',
          ExpressionAttributeValues: { ':holder': holder },
        }),
      ),
    )
  }

  let fullUntil = 0
  return {
    take: async (until) => {
      if (now() < fullUntil) return null
      const first = Math.floor(random() * slots)
      for (let i = 0; i < Math.min(MAX_TRIES, slots); i++) {
        const slot = await tryTake((first + i) % slots, until)
        if (slot !== null) return slot
      }
      fullUntil = now() + FULL_MS
      return null
    },
  }
}
