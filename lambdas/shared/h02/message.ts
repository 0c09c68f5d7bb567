/** A device id as the tracker sends it: 1–15 digits (PROTOCOL.md §2.1). */
export type DeviceId = string & { readonly __brand: 'DeviceId' }

/**
 * What the framer delivers. `text`: `*…#`; `binary`: a `$` record; `mileage`: an `X` record;
 * `rest`: what was left of an unfinished frame when the connection closed (never decodes).
 */
export type FrameKind = 'text' | 'binary' | 'mileage' | 'rest'

export type Frame = { readonly kind: FrameKind; readonly bytes: Uint8Array }

/** Absent is null everywhere: never 0, "" or now. */
export type Cell = {
  readonly mcc: number | null
  readonly mnc: number | null
  readonly lac: number
  readonly cid: number
  /** dBm where the frame gives it. */
  readonly dbm: number | null
  /** Signal as the device counts it, where it is not dBm. */
  readonly rssiRaw: number | null
}

export type Wifi = { readonly bssid: string; readonly dbm: number | null }

/**
 * A position body. `latitude`/`longitude` (degrees, 6 decimals) are what stands in the frame: with `valid` false
 * they are usually the last known position, frozen (PROTOCOL.md §3.2). `fixTime`: device clock, ms since 1970 UTC.
 */
export type Position = {
  readonly fixTime: number | null
  readonly valid: boolean
  readonly latitude: number | null
  readonly longitude: number | null
  readonly speedKnots: number | null
  readonly speedKmh: number | null
  readonly course: number | null
}

/** `word`: 8 upper-case hex digits; all bits are active low, so `clear` lists the conditions that hold (PROTOCOL.md §3.1). */
export type Status = { readonly word: string; readonly bits: number; readonly clear: readonly number[] }

/** One of the closed list of reasons why a frame gives no message. */
export type DecodeReason = 'unknown-type' | 'malformed' | 'implausible' | 'too-long'

export type DecodeFailure = { readonly ok: false; readonly reason: DecodeReason; readonly detail: string }
