import type { DecodeReason, DecodeResult } from '../message.ts'
import type { Draft } from '../draft.ts'
import type { Fields } from '../fields.ts'

type Failure = Extract<DecodeResult, { ok: false }>

/** Fills the draft from the fields. Returns null, or why the frame cannot be decoded. */
export type Reader = (fields: Fields, draft: Draft, warnings: string[]) => Failure | null

export const fail = (reason: DecodeReason, detail: string): Failure => ({ ok: false, reason, detail })
