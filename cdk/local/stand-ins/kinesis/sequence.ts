/**
 * A sequence number in AWS's layout (as kinesalite documented it): numbers of a shard sort in the order of their
 * records, and those of a child shard after its parent's.
 *
 *     hex: 2 | creation of the shard, s (9) | shard (1) | number of the record (16) | 00 | arrival, s (9) | shard (8) |
 * 2
 */
type Sequence = {
  /** ms */
  readonly shardCreatedAt: number
  readonly shard: number
  /** Counts all records of the store. */
  readonly number: number
  /** ms */
  readonly arrivedAt: number
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0').slice(-digits)
const seconds = (ms: number): string => hex(Math.floor(ms / 1000), 9)

export const toSequenceNumber = ({ shardCreatedAt, shard, number, arrivedAt }: Sequence): string =>
  BigInt(
    `0x2${seconds(shardCreatedAt)}${hex(shard, 1)}${hex(number, 16)}00${seconds(arrivedAt)}${hex(shard, 8)}2`,
  ).toString()

/** The number of the record; null if it is not a sequence number. */
export function readRecordNumber(sequence: string): number | null {
  if (!/^\d{1,128}$/.test(sequence)) return null
  const digits = BigInt(sequence).toString(16)
  return digits.length === 47 && digits.startsWith('2') ? Number.parseInt(digits.slice(11, 27), 16) : null
}

export const toShardId = (shard: number): string => `shardId-${String(shard).padStart(12, '0')}`

/** Null if it is not a shard id. */
export const readShardId = (id: unknown): number | null => {
  const [, digits] = /^shardId-(\d{12})$/.exec(String(id)) ?? []
  return digits === undefined ? null : Number(digits)
}
