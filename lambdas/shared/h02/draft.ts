import type { Message } from './message.ts'
import { noTexts } from './fields.ts'

/** A message that is being read. Each type fills in the fields it has. One shape for all types keeps decoding fast. */
export type Draft = { -readonly [K in keyof Message]: Message[K] }

const noCells: Message['cells'] = Object.freeze([])
const noWifi: Message['wifi'] = Object.freeze([])
const noPoints: Message['batch'] = Object.freeze([])
const noDetails: Message['details'] = Object.freeze({})

export const emptyDraft = (type: string | null, maker: string | null, id: string | null): Draft => ({
  type,
  maker,
  id,
  position: null,
  deviceTime: null,
  status: null,
  cells: noCells,
  wifi: noWifi,
  batteryRaw: null,
  batteryPercent: null,
  voltage: null,
  satellites: null,
  gsm: null,
  mileageKm: null,
  iccid: null,
  reply: null,
  alarm: null,
  batch: noPoints,
  binary: null,
  extra: noTexts,
  details: noDetails,
})

/** Stores a field that only this type has. Null is stored too if the frame has the field. */
export const addDetails = (draft: Draft, details: Message['details']): void => {
  draft.details = draft.details === noDetails ? details : { ...draft.details, ...details }
}
