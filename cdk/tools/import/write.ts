import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { decode, frameOf } from '#h02'
import { forEachLimited } from '#shared/concurrency.ts'
import type { LastPosition } from '#shared/domain/device-state.ts'
import { isTrusted } from '#shared/domain/fix-time.ts'
import type { ImportSource } from '#shared/domain/imported.ts'
import { expiryOf, toChunkItem } from '#shared/history/chunk.ts'
import { decodeRows, encodeRows } from '#shared/history/rows.ts'
import { emptyState, fromStateItem, type StoredState } from '#shared/history/state.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import type { Target } from '../target.ts'
import { refuse, type Entry, type Refused } from './entry.ts'
import { chunkOf, mergeRows, slotOf, sortKeyOf, toRow, type NewRow } from './plan.ts'

/** Rows are held back until there are this many: a source that is nearly in order then needs fewer writes. */
const MAX_HELD = 20_000
const WRITES_IN_FLIGHT = 8

export type Imported = { added: number; known: number; readonly refused: Refused }

type ImportWriter = {
  readonly add: (entry: Entry) => Promise<void>
  /** Writes what is held, and a last position where the device has none. */
  readonly end: () => Promise<ReadonlyMap<string, Imported>>
}

/**
 * Writes frames as history chunks beside those of the fold, which never sees them: alarms, last seen and notifications
 * stay as they are. A device that has no last position gets the newest imported one.
 */
export function createImportWriter(
  { client, table }: Target,
  {
    retentionDays,
    dryRun,
    now = Date.now,
  }: { readonly retentionDays: number; readonly dryRun: boolean; readonly now?: () => number },
): ImportWriter {
  const telemetry = createTelemetryStore({ client, table })
  const states = new Map<string, StoredState>()
  const results = new Map<string, Imported>()
  const newest = new Map<string, LastPosition>()
  let held = new Map<string, { deviceId: string; source: ImportSource; slot: number; rows: NewRow[] }>()
  let count = 0

  const loadState = async (deviceId: string): Promise<StoredState> => {
    const item = (await telemetry.loadStates([deviceId])).get(deviceId)
    return item === undefined ? emptyState(deviceId) : fromStateItem(item)
  }
  const stateOf = async (deviceId: string): Promise<StoredState> => {
    const known = states.get(deviceId)
    if (known !== undefined) return known
    const state = await loadState(deviceId)
    states.set(deviceId, state)
    return state
  }
  const resultOf = (deviceId: string): Imported => {
    const known = results.get(deviceId)
    if (known !== undefined) return known
    const result = { added: 0, known: 0, refused: new Map<string, number>() }
    results.set(deviceId, result)
    return result
  }

  const flush = async (): Promise<void> => {
    const slots = [...held.values()]
    held = new Map()
    count = 0
    await forEachLimited(slots, WRITES_IN_FLIGHT, async ({ deviceId, source, slot, rows }) => {
      const key = { pk: deviceId, sk: sortKeyOf(source, slot) }
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))
      const stored = Item === undefined ? [] : decodeRows(Item.body as Uint8Array)
      const merged = mergeRows(stored, rows)
      const result = resultOf(deviceId)
      result.added += merged.added
      result.known += merged.known
      if (merged.tooMany > 0) refuse(result.refused, 'too many within 10 minutes', merged.tooMany)
      if (merged.added === 0 || dryRun) return
      const chunk = chunkOf(deviceId, key.sk, merged.rows, daysOf(await stateOf(deviceId)))
      await client.send(new PutCommand({ TableName: table, Item: toChunkItem(chunk) }))
    })
  }
  const daysOf = (state: StoredState): number => state.retentionDays ?? retentionDays

  /** Ingest may save the state in the meantime. Then it is read again. */
  const keepLastPosition = async (deviceId: string, position: LastPosition): Promise<void> => {
    for (;;) {
      const state = await loadState(deviceId)
      if (state.summary.lastPosition !== null) return
      const expiry = expiryOf(position.receivedAt, daysOf(state))
      const saved = await telemetry.saveState(
        {
          ...state,
          summary: { ...state.summary, lastPosition: position },
          ttl: Math.max(state.ttl ?? 0, expiry),
          retentionDays: daysOf(state),
        },
        {
          tail: state.tail.length > 0 ? encodeRows(state.tail) : null,
          late: state.late.length > 0 ? encodeRows(state.late) : null,
        },
      )
      if (saved) return
    }
  }

  return {
    add: async (entry) => {
      const { deviceId, source, receivedAt } = entry
      const state = await stateOf(deviceId)
      const { refused } = resultOf(deviceId)
      if (receivedAt > now()) return refuse(refused, 'in the future')
      if (expiryOf(receivedAt, daysOf(state)) * 1_000 <= now())
        return refuse(refused, `older than the ${daysOf(state)} days that history is kept`)
      if (receivedAt < (state.dropBefore ?? 0)) return refuse(refused, 'from before the device was deleted')
      const row = toRow(entry, state.utcOffsetMinutes ?? 0)
      const slot = slotOf(row.indexTime)
      const key = `${deviceId} ${source} ${slot}`
      const slotRows = held.get(key)
      if (slotRows === undefined) held.set(key, { deviceId, source, slot, rows: [row] })
      else slotRows.rows.push(row)
      const position = lastPositionOf(row)
      const before = newest.get(deviceId)
      if (position !== null && position.fixTime > (before?.fixTime ?? 0)) newest.set(deviceId, position)
      count += 1
      if (count >= MAX_HELD) await flush()
    },
    end: async () => {
      await flush()
      if (!dryRun) for (const [deviceId, position] of newest) await keepLastPosition(deviceId, position)
      return results
    },
  }
}

function lastPositionOf({ raw, receivedAt, indexTime }: NewRow): LastPosition | null {
  const decoded = decode(frameOf(raw))
  const position = decoded.ok ? decoded.message.position : null
  if (position === null) return null
  const { valid, latitude, longitude, speedKnots, course } = position
  if (!valid || latitude === null || longitude === null || !isTrusted(position.fixTime, receivedAt))
    return null
  // The row is indexed by its time as the device's clock is read.
  return { fixTime: indexTime, receivedAt, latitude, longitude, speedKnots, course }
}
