import type { Cell } from './message.ts'
import type { Draft } from './draft.ts'
import { addDetails } from './draft.ts'
import { digitsOf, hasLeadingBlank, hexOf, lengthOf, numberOf, type Fields } from './fields.ts'
import { toBatteryPercent, toHuaSunTekPercent, toVolts } from './battery.ts'

/** Country codes are 200 to 799. That distinguishes decimal cell fields from hex ones (PROTOCOL.md section 2.2). */
export const isMcc = (mcc: number | null): mcc is number => mcc !== null && mcc >= 200 && mcc <= 799

export const makeCell = (
  mcc: number | null,
  mnc: number | null,
  lac: number,
  cid: number,
  rssiRaw: number | null = null,
): Cell => ({ mcc, mnc, lac, cid, dbm: null, rssiRaw, rxRaw: null })

/**
 * Whether mcc, mnc, lac, cid are in hex: they have letters or blank padding, all have six digits, or the MCC is
 * impossible in decimal.
 */
export const isHexCell = (extra: readonly string[]): boolean => {
  if (extra.length < 4) return false
  const cell = extra.slice(0, 4)
  if (cell.some((field) => !/^ *[0-9a-fA-F]{1,8}$/.test(field))) return false
  if (cell.some((field) => /[a-fA-F ]/.test(field)) || cell.every((field) => field.length === 6)) return true
  const mcc = Number(cell[0])
  return mcc !== 0 && !isMcc(mcc)
}

/** An empty slot in a list of cells: `0,0` in pairs, `0,0,99` in triples. */
const isEmptySlot = (lac: number, cid: number): boolean => lac === 0 && cid === 0

/** A blank in front marks a hex field (`  96`), except before the MCC, where it is a blank after a comma. */
const decimalOf = (fields: Fields, i: number): number | null =>
  hasLeadingBlank(fields, i) ? null : digitsOf(fields, i)

/** Four hex digits with a letter among them, as HuaSunTek trackers write LAC and CID after a decimal MCC. */
const isMixedCell = (fields: Fields, at: number): boolean =>
  lengthOf(fields, at + 2) === 4 &&
  hexOf(fields, at + 2) !== null &&
  hexOf(fields, at + 3) !== null &&
  (digitsOf(fields, at + 2) === null || digitsOf(fields, at + 3) === null)

/**
 * `mcc,mnc,lac,cid` in decimal, by far the most common tail, or with LAC and CID in hex. False if it is another tail.
 */
const readDecimalCell = (fields: Fields, at: number, draft: Draft): boolean => {
  if (lengthOf(fields, at) !== 3) return false
  const mcc = digitsOf(fields, at)
  const mnc = decimalOf(fields, at + 1)
  if (!isMcc(mcc) || mnc === null) return false
  const isMixed = isMixedCell(fields, at)
  const lac = isMixed ? hexOf(fields, at + 2) : decimalOf(fields, at + 2)
  const cid = isMixed ? hexOf(fields, at + 3) : decimalOf(fields, at + 3)
  if (lac === null || cid === null) return false
  if (isEmptySlot(lac, cid)) addDetails(draft, { mcc, mnc })
  else draft.cells = [makeCell(mcc, mnc, lac, cid)]
  return true
}

/**
 * Battery, count, mcc, mnc, then pairs lac,cid (HuaSunTek: `90,3,460,0,9376,8532,…`) or triples lac,cid,rssi (`hq`
 * trackers: `100,3,214,003,2120,450,0,…`). The number of remaining fields decides which.
 */
const readCountedCells = (fields: Fields, at: number, draft: Draft): boolean => {
  const battery = digitsOf(fields, at)
  const count = digitsOf(fields, at + 1)
  const mcc = digitsOf(fields, at + 2)
  const mnc = digitsOf(fields, at + 3)
  const left = fields.count - at - 4
  if (battery === null || battery > 100 || !count || !isMcc(mcc) || mnc === null || left < 2) return false
  const arePairs = left === 2 * count
  draft.batteryRaw = battery
  draft.batteryPercent = arePairs ? toHuaSunTekPercent(battery) : battery
  draft.cells = arePairs
    ? readCellPairs(fields, at + 4, mcc, mnc)
    : readCellTriples(fields, at + 4, fields.count, mcc, mnc)
  return true
}

const readCellPairs = (fields: Fields, from: number, mcc: number, mnc: number): readonly Cell[] => {
  const cells: Cell[] = []
  for (let i = from; i + 1 < fields.count; i += 2) {
    const lac = digitsOf(fields, i)
    const cid = digitsOf(fields, i + 1)
    if (lac !== null && cid !== null && !isEmptySlot(lac, cid)) cells.push(makeCell(mcc, mnc, lac, cid))
  }
  return cells
}

/**
 * Reads all groups of lac, cid, rssi up to `to`: the count before them may be wrong (vector traccar-history-87).
 */
export const readCellTriples = (
  fields: Fields,
  from: number,
  to: number,
  mcc: number | null,
  mnc: number | null,
): readonly Cell[] => {
  const cells: Cell[] = []
  for (let i = from; i + 2 < to; i += 3) {
    const lac = digitsOf(fields, i)
    const cid = digitsOf(fields, i + 1)
    if (lac === null || cid === null || isEmptySlot(lac, cid)) continue
    cells.push(makeCell(mcc, mnc, lac, cid, numberOf(fields, i + 2)))
  }
  return cells
}

/** The fields after the four cell fields: battery; satellites and GSM; or satellites, GSM and supply voltage. */
const readAfterCell = (fields: Fields, at: number, draft: Draft): void => {
  const left = fields.count - at
  if (left === 1) {
    const battery = digitsOf(fields, at)
    if (battery === null || battery > 100) return
    draft.batteryRaw = battery
    draft.batteryPercent = toBatteryPercent(battery)
  } else if (left === 2 || left === 3) {
    draft.satellites = digitsOf(fields, at)
    draft.gsm = digitsOf(fields, at + 1)
    draft.voltage = toVolts(digitsOf(fields, at + 2))
  }
}

/** `69129336,0,100.0,18,5141,5A20`: odometer, temperature, fuel, altitude, lac, cid (vector traccar-decoder-position-31). */
const readOdometerTail = (extra: readonly string[], draft: Draft): boolean => {
  if (extra.length !== 6 || !/^\d+$/.test(extra[0]!) || !/^\d+\.\d+$/.test(extra[2]!)) return false
  addDetails(draft, {
    odometerRaw: Number(extra[0]),
    temperature: toNumber(extra[1]!),
    fuelPercent: Number(extra[2]),
    altitude: toNumber(extra[3]!),
    lac: toHexNumber(extra[4]!),
    cid: toHexNumber(extra[5]!),
  })
  return true
}

const toNumber = (text: string): number | null => (/^ *-?\d+(\.\d+)?$/.test(text) ? Number(text) : null)
const toHexNumber = (text: string): number | null =>
  /^ *[0-9a-fA-F]{1,8}$/.test(text) ? Number.parseInt(text, 16) : null

/** Rarer forms. The fields stay in `extra` in any case. */
const readOddTail = (fields: Fields, at: number, draft: Draft): void => {
  const { extra } = draft
  if (extra.length < 4 || readOdometerTail(extra, draft)) return
  const [mcc, mnc, lac, cid] = extra.slice(0, 4).map(toHexNumber)
  if (isHexCell(extra) && isMcc(mcc!)) {
    if (lac! + cid! > 0) draft.cells = [makeCell(mcc, mnc!, lac!, cid!)]
    if (extra.length === 5) addDetails(draft, { trailing: toNumber(extra[4]!) })
    return
  }
  // `460,11,d18e105,7752,6` and `,,9059e2c,8232,4`: the network in decimal, an LTE cell id in hex. The meaning of each
  // field would be a guess, so no cell is returned.
  const network = digitsOf(fields, at)
  if (isMcc(network)) addDetails(draft, { mcc: network, mnc: digitsOf(fields, at + 1) })
  if (extra.length === 5 && /^[0-6]$/.test(extra[4]!)) readAfterCell(fields, at + 4, draft)
}

/** A single field of 0 to 100 without a cell: the battery of an ST-904L, per cent. */
const readLoneBattery = (fields: Fields, at: number, draft: Draft): void => {
  const battery = digitsOf(fields, at)
  if (battery !== null && battery <= 100) draft.batteryRaw = draft.batteryPercent = battery
}

/** The fields after the status word of V1 and similar types (PROTOCOL.md section 2.2). `draft.extra` holds them already. */
export const readCellTail = (fields: Fields, at: number, draft: Draft): void => {
  if (at >= fields.count) return
  if (fields.count === at + 1) return readLoneBattery(fields, at, draft)
  if (readDecimalCell(fields, at, draft)) readAfterCell(fields, at + 4, draft)
  else if (!readCountedCells(fields, at, draft)) readOddTail(fields, at, draft)
}

/** Reads only the four cell fields, for types with a tail of their own (V5, V6, V8). */
export const readCellFields = (fields: Fields, at: number, draft: Draft): void => {
  if (!readDecimalCell(fields, at, draft)) readOddTail(fields, at, draft)
}
