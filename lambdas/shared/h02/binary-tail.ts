import type { Draft } from './draft.ts'
import { addDetails } from './draft.ts'
import { makeCell } from './cells.ts'
import { toVolts } from './battery.ts'
import { readBcd, word16, word32 } from './binary-number.ts'
import { toHex } from './latin1.ts'

/**
 * The fields after the status word, by the length of the record (PROTOCOL.md section 2.9). Offsets are those of the
 * record. `record` is the offset of the record number, which is incremented with each record. The tail of records of
 * other lengths is not decoded.
 */
type TailReader = (bytes: Uint8Array, draft: Draft) => void
type Tail = { readonly record: number | null; readonly counters: boolean; readonly read: TailReader }

const nothingMore: TailReader = () => undefined

/** With 00 at offset 29 the bytes before the cell have another meaning (vectors traccar-decoder-position-7 and -10). */
const hasCounters = (bytes: Uint8Array): boolean => bytes[29] !== 0x00

/**
 * 31 GSM, 32 satellites or their signal (53 and 91 occur: kept as `byte32`, never as a count), 33…36 mileage in km,
 * 37…43 mcc, mnc, lac, cid.
 */
const readCounters: TailReader = (bytes, draft) => {
  if (hasCounters(bytes)) {
    draft.gsm = bytes[31]!
    draft.mileageKm = word32(bytes, 33)
  }
  const mcc = word16(bytes, 37)
  const mnc = bytes[39]!
  const lac = word16(bytes, 40)
  const cid = word16(bytes, 42)
  if (mcc === 0) return
  addDetails(draft, { mcc, mnc })
  if (lac > 0 && cid > 0) draft.cells = [makeCell(mcc, mnc, lac, cid)]
}

const readCountersAndVoltage: TailReader = (bytes, draft) => {
  readCounters(bytes, draft)
  const voltage16 = word16(bytes, 44)
  addDetails(draft, { voltage16 })
  draft.voltage = toVolts(voltage16)
}

const readOdometer: TailReader = (bytes, draft) => {
  addDetails(draft, {
    odometerRaw: readBcd(bytes, 33, 8),
    fuelPercent: word16(bytes, 37),
    altitude: bytes[41]!,
    lac: word16(bytes, 42),
    cid: word16(bytes, 44),
  })
}

const CELL_BYTES = 5

const readThreeCells: TailReader = (bytes, draft) => {
  const mcc = word16(bytes, 33)
  const mnc = bytes[35]!
  addDetails(draft, { mcc, mnc })
  draft.cells = [36, 36 + CELL_BYTES, 36 + 2 * CELL_BYTES]
    .map((at) => makeCell(mcc, mnc, word16(bytes, at), word16(bytes, at + 2), bytes[at + 4]))
    .filter((cell) => cell.lac > 0 && cell.cid > 0)
}

const tails: Readonly<Record<number, Tail>> = {
  32: { record: 31, counters: false, read: nothingMore },
  37: { record: null, counters: false, read: nothingMore },
  42: { record: null, counters: false, read: nothingMore },
  45: { record: 44, counters: true, read: readCounters },
  46: { record: null, counters: false, read: readOdometer },
  47: { record: 46, counters: true, read: readCountersAndVoltage },
  48: { record: null, counters: false, read: nothingMore },
  51: { record: 50, counters: true, read: readCountersAndVoltage },
  54: { record: null, counters: false, read: readThreeCells },
}

export const readTail = (bytes: Uint8Array, tailAt: number, draft: Draft, warnings: string[]): void => {
  const tail = tails[bytes.length]
  if (tail === undefined) warnings.push(`records of ${bytes.length} bytes are not known: tail kept raw`)
  else tail.read(bytes, draft)
  draft.binary = {
    length: bytes.length,
    tail: toHex(bytes, tailAt),
    record: tail === undefined || tail.record === null ? null : bytes[tail.record]!,
    byte32: tail?.counters === true && hasCounters(bytes) ? bytes[32]! : null,
  }
}
