/**
 * V4, the reply to a command of the `*HQ` dialect (PROTOCOL.md section 5.2):
 *
 *   *HQ,8168000005,V4,D1,30,65535,062108,062225,A,2235.0086,N,11354.3668,E,000.00,000,160716,FFFFBBFF,460,00,10342,3721#
 *   3 D1       the command
 *   4… 30,65535  result (OK, DONE, ERROR) or parameters, echoed; may be none
 *   k-2 062108 the command's own time, echoed unchanged
 *   k-1 062225 the device's time, where the body begins
 *   k A        validity and the following fields as in position-body.ts, then a tail like that of V1
 *
 * Short forms without a position: `V4,S20,034313,1,1` and `V4,S20,134530` (command time first, then the state),
 * `V4,CR`, and of newer Cantrack trackers `V4,CMD,reset,RESET OK` (the command's text, then its answer).
 */
import type { Reply } from '../message.ts'
import type { Draft } from '../draft.ts'
import { addDetails } from '../draft.ts'
import { sixDigitsOf } from '../time.ts'
import { letterOf, noTexts, restOf, textOf, textsOf, type Fields } from '../fields.ts'
import { toMileageKm, toMileageMeters } from '../mileage.ts'
import { isBody } from './position-body.ts'
import { fail, type Reader } from './reader.ts'
import { readPositionReport } from './v1.ts'

const COMMAND_AT = 3
const results: ReadonlySet<string> = new Set(['OK', 'DONE', 'ERROR'])

/** Parameters can look like a time or a validity letter. Only a body also has its hemispheres in their fields. */
export const findBody = (fields: Fields): number => {
  for (let at = COMMAND_AT + 1; at + 6 <= fields.count; at++) {
    if (letterOf(fields, at + 3) > 0 && letterOf(fields, at + 5) > 0 && isBody(fields, at)) {
      const time = sixDigitsOf(fields, at)
      if (time !== null || textOf(fields, at) === '') return at
    }
  }
  return -1
}

const isTimeOfDay = (fields: Fields, at: number): boolean => {
  const time = at < fields.count ? sixDigitsOf(fields, at) : null
  return time !== null && time < 240_000
}

const makeReply = (
  fields: Fields,
  command: string,
  paramsFrom: number,
  paramsTo: number,
  timeAt: number,
): Reply => {
  const params = textsOf(fields, paramsFrom, paramsTo)
  const first = params[0]
  const result = first !== undefined && results.has(first.trim()) ? first.trim() : null
  return { command, cmdTime: timeAt < 0 ? null : textOf(fields, timeAt).trim(), params, result }
}

const readShortReply = (fields: Fields, command: string): Reply => {
  const last = fields.count - 1
  if (command === 'CMD' && last > COMMAND_AT) {
    return { command, cmdTime: null, params: textsOf(fields, 4), result: last > 4 ? restOf(fields, 5) : null }
  }
  if (isTimeOfDay(fields, 4)) return makeReply(fields, command, 5, fields.count, 4)
  if (last > 4 && isTimeOfDay(fields, last)) return makeReply(fields, command, 4, last, last)
  return makeReply(fields, command, 4, fields.count, -1)
}

const readMileage = (reply: Reply, draft: Draft): void => {
  const mileageRaw = reply.command === 'S32' ? reply.params[0] : undefined
  if (mileageRaw === undefined || !/^\d+(\.\d+)?$/.test(mileageRaw)) return
  addDetails(draft, { mileageRaw, mileageMeters: toMileageMeters(Number(mileageRaw)) })
  draft.mileageKm = toMileageKm(Number(mileageRaw))
}

export const readV4: Reader = (fields, draft, warnings) => {
  const command = textOf(fields, COMMAND_AT).trim()
  if (command === '') return fail('malformed', 'V4 names no command')
  const bodyAt = findBody(fields)
  if (bodyAt < 0) {
    draft.reply = readShortReply(fields, command)
    draft.extra = noTexts
  } else {
    const timeAt = bodyAt - 1 > COMMAND_AT && sixDigitsOf(fields, bodyAt - 1) !== null ? bodyAt - 1 : -1
    draft.reply = makeReply(fields, command, COMMAND_AT + 1, timeAt < 0 ? bodyAt : timeAt, timeAt)
    readPositionReport(fields, bodyAt, draft, warnings)
  }
  readMileage(draft.reply, draft)
  return null
}
