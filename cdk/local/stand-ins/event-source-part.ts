import type { EventRecord } from './event-source-batch.ts'

/** Records of a batch that the function gets together, and how often it has failed on them. */
export type Part = { readonly records: readonly EventRecord[]; readonly attempts: number }

/** Splits the records before the first one that arrived at `since` or later. */
export function splitByAge(
  records: readonly EventRecord[],
  since: number,
): { readonly old: readonly EventRecord[]; readonly fresh: readonly EventRecord[] } {
  const first = records.findIndex(({ arrivedAt }) => arrivedAt >= since)
  const count = first < 0 ? records.length : first
  return { old: records.slice(0, count), fresh: records.slice(count) }
}

/** What the function gets next after it has processed `done` records of a part and failed on the others. */
export function toRetries(
  { records, attempts }: Part,
  done: number,
  bisectOnError: boolean,
): readonly Part[] {
  const again = records.slice(done)
  if (done > 0) return [{ records: again, attempts: 1 }]
  if (!bisectOnError || again.length === 1) return [{ records: again, attempts: attempts + 1 }]
  const half = Math.ceil(again.length / 2)
  return [
    { records: again.slice(0, half), attempts: attempts + 1 },
    { records: again.slice(half), attempts },
  ]
}
