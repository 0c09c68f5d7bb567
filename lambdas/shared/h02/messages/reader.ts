import type { DecodeReason, DecodeResult } from '../message.ts'
import type { Draft } from '../draft.ts'
import type { Fields } from '../fields.ts'

export type Failure = Extract<DecodeResult, { ok: false }>

/** Fills the draft from the fields; null when it went well, else why the frame gives no message. */
export type Reader = (fields: Fields, draft: Draft, warnings: string[]) => Failure | null

export const fail = (reason: DecodeReason, detail: string): Failure => ({ ok: false, reason, detail })
