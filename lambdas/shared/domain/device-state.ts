import type { AckKind, EventKind } from './event.ts'

/** A last position: only valid fixes with a trusted time ever stand here, and only forward in fix time. */
export type LastPosition = {
  /** ms since 1970 UTC, device clock */
  readonly fixTime: number
  readonly receivedAt: number
  readonly latitude: number
  readonly longitude: number
  readonly speedKnots: number | null
  readonly course: number | null
}

/** What readers see of a device's state item. Absent is null. Times are ms since 1970 UTC. */
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
  /** Minutes that its clock seems to be ahead of UTC, beside what is set for it; null while it seems right. */
  readonly clockOffsetMinutes: number | null
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
  /** Of a rest: how many bytes there were; `raw` holds the first 512 of them. */
  readonly length?: number
}

/** The order of history, and its cursor: no two rows share it. */
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
