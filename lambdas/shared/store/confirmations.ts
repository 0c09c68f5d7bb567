import { createHash, randomBytes } from 'node:crypto'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Params } from '#h02/catalogue/types.ts'
import type { Metadata } from '../domain/command.ts'
import { fleetKeys } from '../domain/device.ts'
import type { FleetTable } from './fleet-list.ts'

/**
 * What a person was asked to confirm. The command gets this id, so a token makes only one command, however often it is
 * sent.
 */
type Confirmation = {
  readonly deviceId: string
  readonly commandId: string
  /** Only this key may confirm. */
  readonly callerId: string
  readonly intent: string
  readonly params: Params
  /** The typed text as hex; null for an intent. */
  readonly raw: string | null
  readonly dialect: 'auto' | 'text' | 'h02'
  readonly metadata?: Metadata
  /** ms since 1970 UTC */
  readonly createdAt: number
  /** After this time the token makes no command. */
  readonly expiresAt: number
}

export type Confirmations = {
  /** Returns the token, which is not stored; only its hash is. */
  readonly create: (confirmation: Confirmation) => Promise<string>
  /** Works for a day, so that a repeated token finds its command. Null for an unknown token. */
  readonly find: (deviceId: string, token: string) => Promise<Confirmation | null>
}

const KEPT_SECONDS = 86_400

const keyOf = (deviceId: string, token: string) => ({
  pk: fleetKeys.device(deviceId).pk,
  sk: `confirmation#${createHash('sha256').update(token).digest('hex')}`,
})

export function createConfirmations({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): Confirmations {
  return {
    create: async (confirmation) => {
      const token = randomBytes(24).toString('base64url')
      const Item = {
        ...keyOf(confirmation.deviceId, token),
        ...confirmation,
        ttl: Math.ceil(confirmation.createdAt / 1_000) + KEPT_SECONDS,
      }
      await client.send(new PutCommand({ TableName: table, Item }))
      return token
    },
    find: async (deviceId, token) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keyOf(deviceId, token), ConsistentRead: true }),
      )
      if (!Item || Number(Item.createdAt) + KEPT_SECONDS * 1_000 <= now()) return null
      const { pk: _, sk: __, ttl: ___, ...confirmation } = Item
      return confirmation as Confirmation
    },
  }
}
