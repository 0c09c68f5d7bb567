import { setTimeout as sleep } from 'node:timers/promises'
import { invalid } from './failure.ts'
import type { DynamoStore } from './store.ts'

type Body = Readonly<Record<string, unknown>>

/** Items deleted between two pauses: this blocks other requests for a few milliseconds. */
const SLICE = 500
const PAUSE_MS = 50
/** AWS never deletes an item whose time is more than five years past; it is considered a mistake. */
const OLDEST_SECONDS = 5 * 365 * 86_400

export function updateTimeToLive(store: DynamoStore, { TableName, TimeToLiveSpecification }: Body): object {
  const { Enabled, AttributeName } = (TimeToLiveSpecification ?? {}) as Body
  if (typeof TableName !== 'string' || typeof Enabled !== 'boolean' || typeof AttributeName !== 'string')
    throw invalid('TableName and TimeToLiveSpecification with Enabled and AttributeName are required')
  if (Enabled === (store.timeToLiveOf(TableName) !== null))
    throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`)
  store.setTimeToLive(TableName, Enabled ? AttributeName : null)
  return { TimeToLiveSpecification: { Enabled, AttributeName } }
}

export function describeTimeToLive(store: DynamoStore, { TableName }: Body): object {
  if (typeof TableName !== 'string') throw invalid('TableName is required')
  const AttributeName = store.timeToLiveOf(TableName)
  return {
    TimeToLiveDescription: AttributeName
      ? { TimeToLiveStatus: 'ENABLED', AttributeName }
      : { TimeToLiveStatus: 'DISABLED' },
  }
}

/** Deletes expired items of all tables. As on AWS it happens with a delay, so readers must filter. */
export async function sweepExpired(store: DynamoStore, now: number, signal?: AbortSignal): Promise<void> {
  const seconds = now / 1000
  while (store.deleteExpired(seconds - OLDEST_SECONDS, seconds, SLICE) === SLICE) {
    await sleep(signal ? PAUSE_MS : 0, undefined, { signal }).catch(() => {})
    if (signal?.aborted) return
  }
}
