/**
 * V8, the periodic report of 4G trackers: a V1 body, the cell, up to three wifi stations, and the tracker's health.
 *
 *   *HQ,7026318172,V8,123456,A,2235.0086,N,11354.3668,E,014.28,028,160716,FFFFBBFF,460,00,10342,3721,d076e794d03c,3a,12,31,122,85#
 *   3…12 body, 13…16 mcc, mnc, lac, cid (0,0,0,0 when unknown)
 *   17,18 d076e794d03c,3a  BSSID and RSSI: hex byte minus 110 is dBm; none to three such pairs
 *   -4 12   satellites
 *   -3 31   GSM signal, 0–31
 *   -2 122  supply voltage in 0.1 V
 *   -1 85   battery, per cent
 */
import type { Wifi } from '../message.ts'
import { toPercent } from '../battery.ts'
import { digitsOf, hexOf, noTexts, textOf, textsOf, type Fields } from '../fields.ts'
import { readCellFields } from '../cells.ts'
import { NO_BODY, readBody } from './position-body.ts'
import { fail, type Reader } from './reader.ts'
import { toBssid } from './v5.ts'

const CELL = 4
const HEALTH = 4
/** No vehicle has more than 50 V. */
const MAX_TENTHS = 500

const readStations = (fields: Fields, from: number, to: number): readonly Wifi[] => {
  const wifi: Wifi[] = []
  for (let i = from; i + 1 < to; i += 2) {
    const bssid = textOf(fields, i).trim()
    if (!/^[0-9a-fA-F]{12}$/.test(bssid)) continue
    const rssi = hexOf(fields, i + 1)
    wifi.push({
      bssid: toBssid(bssid),
      dbm: rssi === null ? null : rssi - 110,
      signalRaw: textOf(fields, i + 1),
    })
  }
  return wifi
}

export const readV8: Reader = (fields, draft, warnings) => {
  const tailAt = readBody(fields, 3, draft, warnings)
  if (tailAt === NO_BODY) return fail('malformed', 'V8 without a position body')
  draft.extra = textsOf(fields, tailAt)
  if (draft.extra === noTexts) return null
  readCellFields(fields, tailAt, draft)
  const healthAt = fields.count - HEALTH
  if (healthAt < tailAt + CELL) return null
  if (healthAt > tailAt + CELL) draft.wifi = readStations(fields, tailAt + CELL, healthAt)
  const tenths = digitsOf(fields, healthAt + 2)
  draft.satellites = digitsOf(fields, healthAt)
  draft.gsm = digitsOf(fields, healthAt + 1)
  // No lower limit: a tracker on a desk without supply reports 1.5 V.
  draft.voltage = tenths !== null && tenths <= MAX_TENTHS ? tenths / 10 : null
  draft.batteryRaw = digitsOf(fields, healthAt + 3)
  draft.batteryPercent = toPercent(draft.batteryRaw)
  return null
}
