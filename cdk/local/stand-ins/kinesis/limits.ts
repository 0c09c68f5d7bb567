/** AWS limits of a shard per second. */
const RECORDS_PER_SECOND = 1_000
const BYTES_PER_SECOND = 1024 * 1024

export type ShardLimits = {
  /** False if the shard has no capacity for a record of this size. */
  readonly admits: (shardId: string, bytes: number) => boolean
}

/** Throughput limits of provisioned shards: one bucket per shard with the capacity of one second. */
export function createShardLimits(now: () => number = Date.now): ShardLimits {
  const shards = new Map<string, { records: number; bytes: number; at: number }>()
  return {
    admits: (shardId, bytes) => {
      const at = now()
      const shard = shards.get(shardId) ?? { records: RECORDS_PER_SECOND, bytes: BYTES_PER_SECOND, at }
      const seconds = Math.max(0, at - shard.at) / 1000
      shard.records = Math.min(RECORDS_PER_SECOND, shard.records + seconds * RECORDS_PER_SECOND)
      shard.bytes = Math.min(BYTES_PER_SECOND, shard.bytes + seconds * BYTES_PER_SECOND)
      shard.at = at
      shards.set(shardId, shard)
      if (shard.records < 1 || shard.bytes < bytes) return false
      shard.records -= 1
      shard.bytes -= bytes
      return true
    },
  }
}
