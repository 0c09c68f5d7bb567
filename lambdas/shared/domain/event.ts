/** The ack of a frame, decided by the gateway and written only after the log has the frame. */
export type AckKind = 'R12' | 'V4' | 'echo' | 'none'

/**
 * `frame`: a frame from the tracker; `rest`: bytes from it that are not a frame; `written`: bytes of a command that we
 * wrote; `opened`, `closed`: the session began, ended; `upstream`: bytes from the server that the device is relayed to;
 * `relayed`: those that we wrote to the tracker. The order is that of the log's format.
 */
export const eventKinds = ['frame', 'written', 'opened', 'closed', 'rest', 'upstream', 'relayed'] as const
export type EventKind = (typeof eventKinds)[number]

export const directions = ['up', 'down', 'upstream', 'session'] as const
export type Direction = (typeof directions)[number]

/** Where the bytes of an event went: from the tracker, to it, from the other server; `session`: it has none. */
export const directionOf: Readonly<Record<EventKind, Direction>> = {
  frame: 'up',
  rest: 'up',
  written: 'down',
  relayed: 'down',
  upstream: 'upstream',
  opened: 'session',
  closed: 'session',
}

/** Whose secrets are looked for in the bytes: the other server sends what we could write. Null: there are none. */
export const maskedAs: Readonly<Record<Direction, 'up' | 'down' | null>> = {
  up: 'up',
  down: 'down',
  upstream: 'down',
  session: null,
}

/**
 * An event of a session, in the order of the log. It is identified by (sessionId, seq): applying it twice changes
 * nothing.
 */
export type SessionEvent = {
  readonly kind: EventKind
  readonly gatewayId: string
  readonly sessionId: string
  /**
   * Orders the sessions of a device: the registry counts its logins. Null in events of log format 1, whose sessions are
   * ordered by their ids.
   */
  readonly epoch: number | null
  /** Counts the events of the session, from 1. */
  readonly seq: number
  readonly deviceId: string
  /** Our clock, ms since 1970 UTC. */
  readonly receivedAt: number
  readonly ack: AckKind
  /**
   * frame, written, relayed: the bytes. rest: the first 512 of `length` bytes. upstream: the first 1,024. opened: the remote
   * address as text, followed by a blank and the model if one is registered. closed: the reason as text.
   */
  readonly raw: Uint8Array
  /** For a rest, upstream and relayed: the total number of bytes. */
  readonly length?: number
}

/** Must never change: it decides the partition key of a device in the log. */
export const BUCKET_COUNT = 256

/** Bucket of a device: FNV-1a of the id, mod 256. */
export function bucketOf(deviceId: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < deviceId.length; i++) hash = Math.imul(hash ^ deviceId.charCodeAt(i), 0x01000193)
  return ((hash >>> 0) ^ (hash >>> 16)) & (BUCKET_COUNT - 1)
}

/** Kinesis partition key of a bucket. */
export const partitionKeyOf = (bucket: number): string => `b${bucket}`

/**
 * A session id is 10 bytes as 20 hex digits: 6 bytes of login time, 4 random. So ids sort by login time, and the fold
 * knows the newest session without a lookup.
 */
export function makeSessionId(now: number, random: number): string {
  return now.toString(16).padStart(12, '0') + (random >>> 0).toString(16).padStart(8, '0')
}
