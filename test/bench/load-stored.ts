import { setTimeout as sleep } from 'node:timers/promises'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { STATE_SORT_KEY } from '#shared/history/state.ts'
import { batchGet } from '#shared/store/batch-get.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { forEachLimited } from '#shared/concurrency.ts'

export type Table = { readonly client: DynamoDBDocumentClient; readonly table: string }

/** When a device's state was seen with a later last reception: all frames received until then are stored. */
type Save = { readonly seenAt: number; readonly lastSeen: number }

type Watch = {
  /** ms since 1970. */
  readonly since: number
  readonly saves: ReadonlyMap<string, readonly Save[]>
  readonly stop: () => Promise<void>
}

const LOOK_EVERY_MS = 500

/** `lastSeen` (ms) of devices, straight from their states. */
async function readLastSeen(
  { client, table }: Table,
  deviceIds: readonly string[],
): Promise<Map<string, number>> {
  const keys = deviceIds.map((pk) => ({ pk, sk: STATE_SORT_KEY }))
  const items = await batchGet(client, table, keys, { consistent: true, attributes: ['pk', 'ls'] })
  return new Map(items.map((item) => [String(item.pk), Number(item.ls)]))
}

/** Looks at the states of some devices again and again. */
export function watchSaves(at: Table, deviceIds: readonly string[]): Watch {
  const saves = new Map<string, Save[]>(deviceIds.map((deviceId) => [deviceId, []]))
  const since = Date.now()
  let stopped = false
  const look = async (): Promise<void> => {
    while (!stopped) {
      const seen = await readLastSeen(at, deviceIds)
      const seenAt = Date.now()
      for (const [deviceId, lastSeen] of seen) {
        const known = saves.get(deviceId)!
        if (known.at(-1)?.lastSeen !== lastSeen) known.push({ seenAt, lastSeen })
      }
      await sleep(LOOK_EVERY_MS)
    }
  }
  const looking = look()
  // Observed by `stop`.
  looking.catch(() => {})
  return {
    since,
    saves,
    stop: async () => {
      stopped = true
      await looking
    },
  }
}

/** Waits until the last frame of every device is stored; false: none came to be for so long. */
export async function waitUntilStored(
  at: Table,
  lastSentAt: ReadonlyMap<string, number>,
  patienceMs: number,
): Promise<boolean> {
  let open = [...lastSentAt.keys()]
  for (let progressAt = performance.now(); performance.now() - progressAt < patienceMs;) {
    const seen = await readLastSeen(at, open)
    const left = open.filter((deviceId) => (seen.get(deviceId) ?? 0) < lastSentAt.get(deviceId)!)
    if (left.length === 0) return true
    if (left.length < open.length) progressAt = performance.now()
    open = left
    await sleep(LOOK_EVERY_MS)
  }
  return false
}

/** Frames of each device as the tables hold them, and when each was received. */
export async function readStored(
  { client, table }: Table,
  deviceIds: readonly string[],
): Promise<Map<string, number[]>> {
  const reader = createHistoryReader({ client, table })
  const stored = new Map<string, number[]>()
  await forEachLimited(deviceIds, 8, async (deviceId) => {
    const received: number[] = []
    for await (const row of reader.readRows(deviceId, { order: 'asc' }))
      if (row.kind === 'frame') received.push(row.receivedAt)
    stored.set(deviceId, received)
  })
  return stored
}

/** Seconds from the receipt of each frame, of those since the watch began, to the first look that found it stored. */
export function toDelays(
  stored: ReadonlyMap<string, readonly number[]>,
  { since, saves }: Pick<Watch, 'since' | 'saves'>,
): number[] {
  const delays: number[] = []
  for (const [deviceId, known] of saves) {
    for (const receivedAt of stored.get(deviceId) ?? []) {
      if (receivedAt < since) continue
      const save = known.find(({ lastSeen }) => lastSeen >= receivedAt)
      if (save) delays.push((save.seenAt - receivedAt) / 1_000)
    }
  }
  return delays.sort((a, b) => a - b)
}
