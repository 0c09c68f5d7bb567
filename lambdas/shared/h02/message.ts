/**
 * What the framer delivers. `text`: `*…#`; `binary`: a `$` record; `mileage`: an `X` record; `rest`: bytes that are no
 * frame (skipped bytes, half a frame, a text over the limit). A rest never decodes.
 */
export type FrameKind = 'text' | 'binary' | 'mileage' | 'rest'

/** `length`, only of a rest: how many bytes there were. `bytes` keeps the first 512 of them. */
export type Frame = { readonly kind: FrameKind; readonly bytes: Uint8Array; readonly length?: number }

/** A network cell near the device. An absent value is null, here and below: never 0, "" or now. */
export type Cell = {
  readonly mcc: number | null
  readonly mnc: number | null
  readonly lac: number
  readonly cid: number
  /** Signal in dBm if the frame gives it in dBm, else `rssiRaw` or `rxRaw` as the device counts it. */
  readonly dbm: number | null
  readonly rssiRaw: number | null
  readonly rxRaw: string | null
}

/** `bssid`: aa:bb:cc:dd:ee:ff. `signalRaw`: the signal as sent; the only value if its unit is unknown (V5). */
export type Wifi = { readonly bssid: string; readonly dbm: number | null; readonly signalRaw: string | null }

/**
 * A position body. `latitude` and `longitude` (degrees, 6 decimals) are those of the frame: with `valid` false they are
 * usually the last known position (PROTOCOL.md section 3.2). `fixTime`: device clock, ms since 1970 UTC.
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

/**
 * `word`: 8 upper-case hex digits. All bits are active low, so `clear` lists those whose condition holds (PROTOCOL.md
 * section 3.1).
 */
export type Status = { readonly word: string; readonly bits: number; readonly clear: readonly number[] }

/**
 * The reply part of a V4 (PROTOCOL.md section 5.2), or the text of an SMS message (PROTOCOL.md section 5.3): then only
 * `result` is set.
 */
export type Reply = {
  readonly command: string | null
  /** HHMMSS of the command, echoed unchanged: the correlation key. */
  readonly cmdTime: string | null
  readonly params: readonly string[]
  /** OK, DONE, ERROR …; for SMS the whole text including line feeds. */
  readonly result: string | null
}

export type AlarmType = 'sos' | 'low-battery' | 'geofence'

/**
 * One stored position of a batch. `position.fixTime` is null, because the frame has no month and year. `toBatchFixTime`
 * determines it from `day` (of the month), `time` (HHMMSS as a number, UTC) and the time of reception.
 */
export type BatchPoint = {
  readonly day: number
  readonly time: number
  readonly position: Position
  readonly status: Status | null
  readonly cells: readonly Cell[]
  /** For a device whose clock shows local time: how many minutes it is ahead of UTC. Absent: `time` is UTC. */
  readonly utcOffsetMinutes?: number
}

/** Fields that only binary records have: all bytes after the status word, and the counters in them. */
export type BinaryTail = {
  readonly length: number
  readonly tail: string
  readonly record: number | null
  readonly byte32: number | null
}

/**
 * A decoded frame. All types have one flat shape: fields that a type does not have are null or empty. `type` is the
 * wire tag (V1, NBR, …), `$` or `X` for binary, `transparent` for card-reader frames, null for `*HQ,<id>,#`.
 */
export type Message = {
  readonly type: string | null
  readonly maker: string | null
  /** As sent; null if the frame has none (X records, `*HQ,,V1`). */
  readonly id: string | null
  readonly position: Position | null
  /** Device clock of frames without a position body (NBR, LINK, V3 …), ms since 1970 UTC. */
  readonly deviceTime: number | null
  readonly status: Status | null
  readonly cells: readonly Cell[]
  readonly wifi: readonly Wifi[]
  /** As sent (levels 1–6, percent, hex word); `batteryPercent` only where the meaning is known (PROTOCOL.md section 3.6). */
  readonly batteryRaw: number | null
  readonly batteryPercent: number | null
  readonly voltage: number | null
  readonly satellites: number | null
  readonly gsm: number | null
  readonly mileageKm: number | null
  readonly iccid: string | null
  readonly reply: Reply | null
  /** The alarm that the frame itself names (ALRM); alarms of the status word are read from `status`. */
  readonly alarm: AlarmType | null
  /** Stored positions of a BC frame, in the order sent. */
  readonly batch: readonly BatchPoint[]
  readonly binary: BinaryTail | null
  /** The raw fields after the status word of a text frame, decoded or not. */
  readonly extra: readonly string[]
  /** Fields that only this type has (steps, rebootInfo, delay, codingScheme …), with the names used in the vectors. */
  readonly details: Readonly<Record<string, string | number | null>>
}

/** Why a frame cannot be decoded: a closed list, each counted as a metric. */
export type DecodeReason = 'unknown-type' | 'malformed' | 'implausible' | 'too-long'

export type DecodeResult =
  | { readonly ok: true; readonly message: Message; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: DecodeReason; readonly detail: string }

/**
 * What the first fields of a frame show without decoding it. `id` is null when the frame has none or a malformed one;
 * `hasMalformedId` distinguishes these cases: a frame with a malformed id belongs to no device.
 */
export type Peek = {
  readonly maker: string | null
  readonly id: string | null
  readonly hasMalformedId: boolean
  readonly type: string | null
}
