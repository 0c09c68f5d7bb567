import type { AckKind, EventKind } from './event.ts'

/** A last position: always a valid fix with a trusted time; it only moves forward in fix time. */
export type LastPosition = {
  /** ms since 1970 UTC, device clock */
  readonly fixTime: number
  readonly receivedAt: number
  readonly latitude: number
  readonly longitude: number
  readonly speedKnots: number | null
  readonly course: number | null
}

/** What readers get from a device's state item. Absent is null. Times are ms since 1970 UTC. */
export type DeviceState = {
  readonly deviceId: string
  readonly lastSeen: number | null
  readonly lastPosition: LastPosition | null
  readonly lastType: string | null
  readonly batteryPercent: number | null
  readonly voltage: number | null
  readonly gsm: number | null
  readonly satellites: number | null
  /** The status word of the newest frame that had one, 8 hex digits. */
  readonly statusWord: string | null
  readonly iccid: string | null
  /** Minutes that its clock seems to be ahead of UTC, in addition to the configured offset; null while it seems right. */
  readonly clockOffsetMinutes: number | null
  /** Places that it is in, each with the first fix that shows it. */
  readonly places: readonly { readonly placeId: string; readonly since: number }[]
}

/** One event of the history, as readers get it. `indexTime`: the trusted fix time of a frame, else `receivedAt`. */
export type HistoryRow = {
  readonly kind: EventKind
  readonly sessionId: string
  readonly seq: number
  readonly receivedAt: number
  readonly indexTime: number
  readonly ack: AckKind
  readonly raw: Uint8Array
  /** For a rest and for bytes of another server: the total number of bytes; `raw` contains the first of them. */
  readonly length?: number
}

/** Orders the history, and is its cursor: no two rows have the same. */
export type HistoryKey = {
  readonly indexTime: number
  readonly receivedAt: number
  readonly sessionId: string
  readonly seq: number
}

export function compareHistoryKeys(a: HistoryKey, b: HistoryKey): number {
  return (
    a.indexTime - b.indexTime ||
    a.receivedAt - b.receivedAt ||
    (a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : 0) ||
    a.seq - b.seq
  )
}
