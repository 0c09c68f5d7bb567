import type { FleetItem } from './fleet-list.ts'

/** DynamoDB deletes items up to days after their `ttl`: until then readers leave them out. */
export const isUnexpired =
  (now: () => number) =>
  ({ ttl }: FleetItem): boolean =>
    typeof ttl !== 'number' || ttl * 1_000 > now()

/** A `ttl`, in seconds. */
export const ttlAfter = (now: number, seconds: number): number => Math.ceil(now / 1_000) + seconds
