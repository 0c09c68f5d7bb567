/** Column types, as in the Glue table. */
export type ArchiveColumnType = 'string' | 'bigint' | 'int' | 'double' | 'boolean' | 'array<string>'
type Field = { readonly type: ArchiveColumnType; readonly meaning: string }

/**
 * The fields of an archive record: one line of JSON per event of the log, and one more per stored position of a batch
 * frame. They are also the columns of the Glue table. Names are in snake case because SQL ignores the case of names. A
 * field without a value is null.
 */
export const archiveFields = {
  id: {
    type: 'string',
    meaning: 'the same for each delivery of an event: keep one record of each id',
  },
  device_id: { type: 'string', meaning: 'the tracker' },
  received_at: { type: 'string', meaning: 'our clock, ISO 8601 in UTC with milliseconds' },
  gateway_id: { type: 'string', meaning: 'the task that received it' },
  session_id: { type: 'string', meaning: 'the connection of the device' },
  seq: { type: 'bigint', meaning: 'counts the events of a session from 1' },
  point: {
    type: 'int',
    meaning: 'index of a stored position in a batch frame; null for the frame itself',
  },
  kind: { type: 'string', meaning: 'frame, rest, written, opened, closed, upstream, relayed' },
  type: { type: 'string', meaning: 'message type of a frame; $ and X are binary' },
  reason: {
    type: 'string',
    meaning: 'why a frame could not be decoded; failed: a fault of ours, and the bytes are missing',
  },
  fix_time: { type: 'string', meaning: "the device's clock, ISO 8601 in UTC" },
  trusted: { type: 'boolean', meaning: 'whether the fix time is plausible, so that it can be trusted' },
  valid: { type: 'boolean', meaning: 'whether the receiver had satellites' },
  latitude: { type: 'double', meaning: 'degrees; if the fix is not valid, the last known value' },
  longitude: { type: 'double', meaning: 'degrees' },
  speed_kmh: { type: 'double', meaning: 'km/h' },
  course: { type: 'double', meaning: 'degrees true' },
  status_word: { type: 'string', meaning: '8 hex digits, all bits active low' },
  ignition_on: { type: 'boolean', meaning: 'from the status word; null if the wire is not connected' },
  alarms: { type: 'array<string>', meaning: 'alarms that the frame shows, by name' },
  battery_percent: { type: 'double', meaning: 'percent, if the device reports it' },
  voltage: { type: 'double', meaning: 'V' },
  satellites: { type: 'int', meaning: 'satellites in use' },
  gsm: { type: 'int', meaning: 'signal strength, as the device reports it' },
  mileage_km: { type: 'double', meaning: 'odometer, km' },
  ack: { type: 'string', meaning: 'how a frame was acknowledged' },
  raw_text: { type: 'string', meaning: 'the bytes as text, with secrets masked; null if they are not text' },
  raw_hex: { type: 'string', meaning: 'the bytes as hex, with secrets masked; null if raw_text has them' },
  length: {
    type: 'int',
    meaning: 'number of bytes received; for a rest it includes those that are not kept',
  },
  decoder: { type: 'string', meaning: 'version of the decoder that read the frame' },
} as const satisfies Record<string, Field>

type ValueOf<Type extends ArchiveColumnType> = Type extends 'string'
  ? string
  : Type extends 'boolean'
    ? boolean
    : Type extends 'array<string>'
      ? readonly string[]
      : number
export type ArchiveRecord = {
  readonly [Name in keyof typeof archiveFields]: ValueOf<(typeof archiveFields)[Name]['type']> | null
}

/** Partitions of the archive, by the UTC day of delivery: `day=2026-11-29`. */
export const archivePartition = { name: 'day', type: 'string' } as const

/** The prefix of records in the bucket and in the folder of embedded mode: `records/day=2026-11-29/…`. */
export const ARCHIVE_PREFIX = 'records/'
