import type { Press } from '../domain/alarm-ledger.ts'
import type { ClockReading } from '../domain/clock-offset.ts'
import type { ParkedWatch } from '../domain/parked-watch.ts'
import type { SpeedWatch } from '../domain/speed-limit.ts'
import { fromHex, toHex } from '../hex.ts'
import { createByteReader, createByteWriter } from './byte-io.ts'

/** The newest sessions of a device with the last applied seq of each; newest first. `epoch` is null for log format 1. */
export type SessionProgress = {
  readonly sessionId: string
  readonly epoch: number | null
  readonly lastSeq: number
}

export function encodeSessions(sessions: readonly SessionProgress[]): Uint8Array {
  const out = createByteWriter()
  for (const { sessionId, epoch, lastSeq } of sessions) {
    out.bytes(fromHex(sessionId))
    out.varint(epoch === null ? 0 : epoch + 1)
    out.varint(lastSeq)
  }
  return out.finish()
}

export function decodeSessions(bytes: Uint8Array, haveEpochs: boolean): SessionProgress[] {
  const reader = createByteReader(bytes)
  const sessions: SessionProgress[] = []
  while (!reader.atEnd()) {
    const sessionId = toHex(reader.bytes(10))
    const epoch = haveEpochs ? reader.varint() - 1 : -1
    sessions.push({ sessionId, epoch: epoch < 0 ? null : epoch, lastSeq: reader.varint() })
  }
  return sessions
}

const LATE = 128

export function encodeLedger(ledger: readonly Press[]): Uint8Array {
  const out = createByteWriter()
  for (const { bit, from, to, isLate } of ledger) {
    out.byte(bit | (isLate ? LATE : 0))
    out.varint(Math.floor(to / 1_000))
    out.varint(Math.floor(to / 1_000) - Math.floor(from / 1_000))
  }
  return out.finish()
}

export function decodeLedger(bytes: Uint8Array): Press[] {
  const reader = createByteReader(bytes)
  const ledger: Press[] = []
  while (!reader.atEnd()) {
    const [bits = 0] = reader.bytes(1)
    const to = reader.varint() * 1_000
    ledger.push({ bit: bits & ~LATE, from: to - reader.varint() * 1_000, to, isLate: (bits & LATE) !== 0 })
  }
  return ledger
}

export function encodeClock({ quarters, frames, firstAt, lastAt }: ClockReading): Uint8Array {
  const out = createByteWriter()
  out.signed(quarters)
  out.varint(frames)
  out.varint(firstAt / 1_000)
  out.varint((lastAt - firstAt) / 1_000)
  return out.finish()
}

export function decodeClock(bytes: Uint8Array): ClockReading {
  const reader = createByteReader(bytes)
  const [quarters, frames, firstAt] = [reader.signed(), reader.varint(), reader.varint() * 1_000]
  return { quarters, frames, firstAt, lastAt: firstAt + reader.varint() * 1_000 }
}

/** Speeds in tenths of km/h; times in seconds, as distances from the newest. */
export function encodeSpeed({ newest, isOver, turnedAt, since, topKmh }: SpeedWatch): Uint8Array {
  const out = createByteWriter()
  out.byte(Number(isOver) + (turnedAt === null ? 0 : 2))
  out.varint(newest / 1_000)
  if (turnedAt !== null) out.varint((newest - turnedAt) / 1_000)
  if (isOver) out.varint((newest - since) / 1_000)
  out.varint(Math.round(topKmh * 10))
  return out.finish()
}

export function decodeSpeed(bytes: Uint8Array): SpeedWatch {
  const reader = createByteReader(bytes)
  const flags = reader.byte()
  const isOver = (flags & 1) === 1
  const newest = reader.varint() * 1_000
  const turnedAt = (flags & 2) === 0 ? null : newest - reader.varint() * 1_000
  const since = isOver ? newest - reader.varint() * 1_000 : 0
  return { newest, isOver, turnedAt, since, topKmh: reader.varint() / 10 }
}

const STANDS = 1
const PARKED = 2
const AWAY = 4
const toMicro = (degrees: number): number => Math.round(degrees * 1e6)

/** Degrees to 6 decimals, as frames are decoded; times in seconds, as distances from the newest. */
export function encodeParked({ newest, stand }: ParkedWatch): Uint8Array {
  const out = createByteWriter()
  out.byte(stand === null ? 0 : STANDS | (stand.isParked ? PARKED : 0) | (stand.isAway ? AWAY : 0))
  out.varint(newest / 1_000)
  if (stand === null) return out.finish()
  out.varint((newest - stand.since) / 1_000)
  out.signed(toMicro(stand.latitude))
  out.signed(toMicro(stand.longitude))
  return out.finish()
}

export function decodeParked(bytes: Uint8Array): ParkedWatch {
  const reader = createByteReader(bytes)
  const flags = reader.byte()
  const newest = reader.varint() * 1_000
  if ((flags & STANDS) === 0) return { newest, stand: null }
  const since = newest - reader.varint() * 1_000
  const [latitude, longitude] = [reader.signed() / 1e6, reader.signed() / 1e6]
  const [isParked, isAway] = [(flags & PARKED) !== 0, (flags & AWAY) !== 0]
  return { newest, stand: { latitude, longitude, since, isParked, isAway } }
}
