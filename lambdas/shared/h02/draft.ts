import type { Message } from './message.ts'
import { NO_TEXTS } from './fields.ts'

/** A message while it is being read: every type fills in what it has. One shape for all keeps decoding fast. */
export type Draft = { -readonly [K in keyof Message]: Message[K] }

const NO_CELLS: Message['cells'] = Object.freeze([])
const NO_WIFI: Message['wifi'] = Object.freeze([])
const NO_POINTS: Message['batch'] = Object.freeze([])
const NO_DETAILS: Message['details'] = Object.freeze({})

export const emptyDraft = (type: string | null, maker: string | null, id: string | null): Draft => ({
  type,
  maker,
  id,
  position: null,
  deviceTime: null,
  status: null,
  cells: NO_CELLS,
  wifi: NO_WIFI,
  batteryRaw: null,
  batteryPercent: null,
  voltage: null,
  satellites: null,
  gsm: null,
  mileageKm: null,
  iccid: null,
  reply: null,
  alarm: null,
  batch: NO_POINTS,
  binary: null,
  extra: NO_TEXTS,
  details: NO_DETAILS,
})

/** Notes what only this type has; null is noted too, where the frame has a place for it. */
export const addDetails = (draft: Draft, details: Message['details']): void => {
  draft.details = draft.details === NO_DETAILS ? details : { ...draft.details, ...details }
}
