/**
 * V5: a V1 body with mileage. On Cantrack trackers: the wifi stations around the tracker. Field 3 distinguishes the two
 * forms: six digits, or a short count.
 *
 *   *HQ,8168000008,V5,043602,A,2234.9273,N,11354.3980,E,000.06,000,100715,FBFFBBFF,460,00,10342,4283,1000,125#
 *   3…12 body, 13…16 mcc, mnc, lac, cid, 17 mileage of unknown unit, 18 supply voltage in 0.1 V (one source)
 *
 *   *HQ,135790246811220,V5,2,11223344556677,11223344556677,0256,010815,FFFFFBFF#
 *   3 2              count of the stations
 *   4… 11223344556677  BSSID (12 digits) and signal (2), unit unknown
 *   -3 0256          battery, hex word of unknown scale
 *   -2 010815        date DDMMYY; there is no time of day
 *   -1 FFFFFBFF      status
 */
import type { Wifi } from '../message.ts'
import type { Draft } from '../draft.ts'
import { addDetails } from '../draft.ts'
import { digitsOf, hexOf, lengthOf, textOf, textsOf, type Fields } from '../fields.ts'
import { readCellFields } from '../cells.ts'
import { readStatus } from '../status.ts'
import { readDate } from '../time.ts'
import { toVolts } from '../battery.ts'
import { isBody, readBody } from './position-body.ts'
import { fail, type Reader } from './reader.ts'

const isStation = /^[0-9a-fA-F]{12}.{0,3}$/

/** 12 hex digits to aa:bb:cc:dd:ee:ff. */
export const toBssid = (hex: string): string => (hex.toLowerCase().match(/../g) ?? []).join(':')

const readWifiReport = (fields: Fields, draft: Draft, warnings: string[]): void => {
  const batteryAt = fields.count - 3
  const wifi: Wifi[] = []
  for (let i = 4; i < batteryAt; i++) {
    const text = textOf(fields, i)
    if (isStation.test(text))
      wifi.push({ bssid: toBssid(text.slice(0, 12)), dbm: null, signalRaw: text.slice(12) })
    else warnings.push(`'${text}' is no wifi station`)
  }
  draft.wifi = wifi
  draft.batteryRaw = hexOf(fields, batteryAt)
  draft.status = readStatus(fields, batteryAt + 2)
  addDetails(draft, {
    wifiCount: digitsOf(fields, 3),
    batteryHex: textOf(fields, batteryAt),
    fixDate: readDate(fields, batteryAt + 1),
  })
}

const readPositionWithMileage = (fields: Fields, draft: Draft, warnings: string[]): void => {
  const tailAt = readBody(fields, 3, draft, warnings)
  draft.extra = textsOf(fields, tailAt)
  readCellFields(fields, tailAt, draft)
  const mileageRaw = digitsOf(fields, tailAt + 4)
  if (mileageRaw !== null) addDetails(draft, { mileageRaw })
  draft.voltage = toVolts(digitsOf(fields, tailAt + 5))
}

export const readV5: Reader = (fields, draft, warnings) => {
  if (isBody(fields, 3)) readPositionWithMileage(fields, draft, warnings)
  else if (lengthOf(fields, 3) <= 2 && digitsOf(fields, 3) !== null && fields.count >= 7) {
    readWifiReport(fields, draft, warnings)
  } else return fail('malformed', 'V5 has neither a position body nor wifi stations')
  return null
}
