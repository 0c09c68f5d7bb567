import { forEachLimited } from '#shared/concurrency.ts'
import type { LastPosition } from '#shared/domain/device-state.ts'
import { emptyState, fromStateItem } from '#shared/history/state.ts'
import type { PlaceArea } from '#shared/domain/places/place.ts'
import type { Log } from '#shared/log.ts'
import { readLogBatch, type BatchResponse, type KinesisEvent } from '#shared/log-batch.ts'
import type { AreasOf } from '#shared/places/areas.ts'
import type { ReadItem } from '#shared/store/batch-get.ts'
import type { ParkedStore } from '#shared/store/parked.ts'
import type { SaveOutcome, StateSave, TelemetryStore } from '#shared/store/telemetry.ts'
import { movedEffects, type Effect } from './effects.ts'
import { fold, type Entry, type FoldResult } from './fold.ts'

export type IngestPorts = {
  readonly telemetry: TelemetryStore
  readonly parked: ParkedStore
  /** Publishes effects. They may repeat, with the same ids. */
  readonly deliver: (effects: readonly Effect[]) => Promise<void>
  /** Whether anyone listens to moves of devices. */
  readonly isMovedRequested: () => Promise<boolean>
  /** The places that apply to these devices; may be some seconds old. */
  readonly areasOf: AreasOf
  /** Called with each fold that was saved. */
  readonly onSaved: (result: FoldResult, entries: readonly Entry[]) => void
  readonly log: Log
  readonly retentionDays: number
}

/** Devices whose states are saved in one request. */
const GROUP_SIZE = 25
/** Groups saved at the same time: DynamoDB answers in milliseconds, so one at a time would waste the invocation's time. */
const GROUPS_IN_FLIGHT = 8

type Work = {
  readonly deviceId: string
  readonly entries: readonly Entry[]
  readonly item: ReadItem | undefined
  readonly areas: readonly PlaceArea[]
}
/** A fold whose effects and chunks are stored, and whose state must be saved. */
type Folded = Work & { readonly result: FoldResult }

/**
 * Folds a batch of the log into the devices' states. A device whose save fails is reported, and its events come again
 * with all that follow; saved ones are then skipped by their watermark. Effects are published before chunks are
 * written, and chunks before the state: work that a crash interrupts is repeated, and repeating it is harmless.
 */
export const createIngest =
  (ports: IngestPorts) =>
  async (event: KinesisEvent): Promise<BatchResponse> => {
    const { events, unreadable } = readLogBatch(event)
    const devices = Map.groupBy(events, ({ event }) => event.deviceId)
    const failures: string[] = []
    if (unreadable !== null) {
      ports.log.error('log record cannot be read; the shard waits for a version that can', {
        sequence: unreadable.sequence,
        cause: unreadable.cause,
      })
      failures.push(unreadable.sequence)
    }
    const deviceIds = [...devices.keys()]
    const [items, areasOf] = await Promise.all([
      ports.telemetry.loadStates(deviceIds),
      ports.areasOf(deviceIds),
    ])
    const all = [...devices].map(([deviceId, entries]): Work => ({
      deviceId,
      entries,
      item: items.get(deviceId),
      areas: areasOf(deviceId),
    }))
    const groups = Array.from({ length: Math.ceil(all.length / GROUP_SIZE) }, (_, i) =>
      all.slice(i * GROUP_SIZE, (i + 1) * GROUP_SIZE),
    )
    await forEachLimited(groups, GROUPS_IN_FLIGHT, (group) =>
      ingestGroup(ports, group, ({ deviceId, entries }, cause) => {
        ports.log.error('device not saved; its events come again', { deviceId, cause })
        failures.push(entries[0]!.offset!.sequence)
      }),
    )
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) }
  }

/** Devices of a group share only the requests that save them: each fails or conflicts by itself. */
async function ingestGroup(
  ports: IngestPorts,
  group: readonly Work[],
  onFailure: (work: Work, cause: unknown) => void,
): Promise<void> {
  const guarded = async <Result>(work: Work, act: () => Promise<Result>): Promise<Result | null> => {
    try {
      return await act()
    } catch (cause) {
      onFailure(work, cause)
      return null
    }
  }
  const prepared = await Promise.all(group.map((work) => guarded(work, () => foldDevice(ports, work))))
  const folded = prepared.filter((one) => one !== null)
  const outcomes = await ports.telemetry
    .saveStates(folded.map(toSave))
    .catch((failure: unknown): SaveOutcome[] => folded.map(() => ({ failure })))
  for (const [i, one] of folded.entries()) {
    const outcome = outcomes[i]!
    if (outcome === 'saved') ports.onSaved(one.result, one.entries)
    else if (outcome === 'conflict') await guarded(one, () => foldAgain(ports, one))
    else onFailure(one, outcome.failure)
  }
}

const toSave = ({ result, item }: Folded): StateSave => ({ state: result.state, tails: result, stored: item })

/** Folds and writes everything except the state; null if there is nothing to save. */
async function foldDevice(
  { telemetry, parked, deliver, isMovedRequested, log, retentionDays }: IngestPorts,
  { deviceId, entries, item, areas }: Work,
): Promise<Folded | null> {
  if (item?.x !== undefined) {
    await parked.park(deviceId, entries, retentionDays)
    return null
  }
  let result: FoldResult
  let lastPosition: LastPosition | null
  try {
    const before = item ? fromStateItem(item) : emptyState(deviceId)
    lastPosition = before.summary.lastPosition
    result = fold(before, entries, { retentionDays, areas })
  } catch (cause) {
    // The fold is pure, so it would throw again. Its events are stored next to the state, in order, for redrive.
    log.error('device parked: its state and events do not fold', { deviceId, cause })
    await parked.park(deviceId, entries, retentionDays)
    return null
  }
  if (result.applied === 0) return null
  const moved = movedEffects(deviceId, lastPosition, result.state.summary.lastPosition)
  await deliver(
    moved.length > 0 && (await isMovedRequested()) ? [...result.effects, ...moved] : result.effects,
  )
  for (const chunk of result.chunks) await telemetry.putChunk(chunk, result.state.version)
  return { deviceId, entries, item, areas, result }
}

/** Another invocation, or a person, has changed the state in the meantime. */
async function foldAgain(ports: IngestPorts, { deviceId, entries, areas }: Work): Promise<void> {
  const { telemetry, log, onSaved } = ports
  for (;;) {
    log.warn('state was saved by another invocation; folding again', { deviceId })
    const item = (await telemetry.loadStates([deviceId])).get(deviceId)
    const folded = await foldDevice(ports, { deviceId, entries, item, areas })
    if (folded === null) return
    const [outcome] = await telemetry.saveStates([toSave(folded)])
    if (outcome === 'saved') return onSaved(folded.result, entries)
    if (typeof outcome === 'object') throw outcome.failure
  }
}
