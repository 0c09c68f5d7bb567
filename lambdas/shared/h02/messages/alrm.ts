/**
 * ALRM, an alarm of HuaSunTek trackers: the kind of alarm, then a V1 body. VI1, an address request of the same trackers.
 *
 *   *HQ,353505910000001,ALRM,1,052825,0,2239.4210,N,11400.8825,E,0.00,348,180814,FFFFFFFF,1CC,0,25FC,F48,90,  25FC-F48-10#
 *   3 1   alarm: 1 SOS, 2 low battery, 3 geofence
 *   4…13  body, see position-body.ts; here a 0 stands for the validity, as in VI1
 *   14…17 mcc, mnc, lac, cid in hex, 18 battery in per cent, then neighbours LAC-CID-level between `|`
 *
 *   *HQ,4970000001,ALRM,1,104000,A,2235.1777,N,11357.8913,E,000.00,000,130721#
 *   *HQ,353505910000001,ALRM,1,104000#
 *
 *   *HQ,353505910000001,VI1,052825,0,2239.4210,N,11400.8825,E,0.00,348,180814,FFFFFFFF,1CC,0,25FC,F48,90,  25FC-F48-10#
 */
import { toHuaSunTekPercent } from '../battery.ts'
import type { Draft } from '../draft.ts'
import { digitsOf, textsOf } from '../fields.ts'
import type { AlarmType } from '../message.ts'
import { readPositionReport, readV1 } from './v1.ts'
import { fail, type Reader } from './reader.ts'

const alarmOfType: Readonly<Record<number, AlarmType>> = { 1: 'sos', 2: 'low-battery', 3: 'geofence' }

const BODY_AT = 4
const BATTERY_IN_TAIL = 4

export const readAlrm: Reader = (fields, draft, warnings) => {
  const type = digitsOf(fields, 3)
  if (type === null) return fail('malformed', 'ALRM without a type')
  draft.alarm = alarmOfType[type] ?? null
  if (draft.alarm === null) warnings.push(`alarm type ${type} is not known`)
  if (readPositionReport(fields, BODY_AT, draft, warnings)) readBattery(draft)
  else draft.extra = textsOf(fields, BODY_AT)
  return null
}

export const readVi1: Reader = (fields, draft, warnings) => {
  const failure = readV1(fields, draft, warnings)
  if (failure === null) readBattery(draft)
  return failure
}

const readBattery = (draft: Draft): void => {
  const text = draft.extra[BATTERY_IN_TAIL]?.trim() ?? ''
  if (!/^\d{1,3}$/.test(text)) return
  draft.batteryRaw = Number(text)
  draft.batteryPercent = toHuaSunTekPercent(draft.batteryRaw)
}
