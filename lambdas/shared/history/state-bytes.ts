import type { Press } from '../domain/alarm-ledger.ts'
import type { ClockReading } from '../domain/clock-offset.ts'
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
    out.bytes(Buffer.from(sessionId, 'hex'))
    out.varint(epoch === null ? 0 : epoch + 1)
    out.varint(lastSeq)
  }
  return out.finish()
}

export function decodeSessions(bytes: Uint8Array, haveEpochs: boolean): SessionProgress[] {
  const reader = createByteReader(bytes)
  const sessions: SessionProgress[] = []
  while (!reader.atEnd()) {
    const sessionId = Buffer.from(reader.bytes(10)).toString('hex')
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
