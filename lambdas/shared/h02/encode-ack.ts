import type { FrameKind, Peek } from './message.ts'

/**
 * What a tracker is owed for a frame (PROTOCOL.md §4).
 * `R12`: `*HQ,<id>,R12,HHMMSS#`. `V4`: `*HQ,<id>,V4,<type>,YYYYMMDDHHMMSS#`. `echo`: the frame up to its type.
 */
export type AckKind = 'R12' | 'V4' | 'echo' | 'none'

/**
 * What each text type is owed (PROTOCOL.md §4), by the generation of the unit: `imei` are those that know `V4,…`
 * acks (see `ASKS_FOR_V4`), `short` all others. What is not listed gets R12: a TQ unit wants it for every packet,
 * whatever its type, and those that do not know it ignore it.
 */
export const ACKS: ReadonlyMap<string, { readonly imei: AckKind; readonly short: AckKind }> = new Map([
  ['V0', { imei: 'echo', short: 'echo' }],
  ['HTBT', { imei: 'echo', short: 'echo' }],
  ['NBR', { imei: 'V4', short: 'V4' }],
  // A clone's request for a session; one server answers V4,CR, no other is known to answer at all (PROTOCOL.md §2.7).
  ['CR', { imei: 'V4', short: 'V4' }],
  // Only V1 is known to be awaited. The others carry a position as V1 does and the table names them beside it; one
  // server answers every type so, with the type in place of V1, and no unit is known to mind.
  ...['V1', 'V2', 'V3', 'V5', 'V6', 'V19', 'VI1', 'VP1'].map(
    (type) => [type, { imei: 'V4', short: 'R12' }] as const,
  ),
  // Answers and signs of life: no server acknowledges them.
  ...['LINK', 'XT', 'SMS', 'V4'].map((type) => [type, { imei: 'none', short: 'none' }] as const),
])

/** Every `$` and `X` record: what repeats unacknowledged ones (ST-901L) knows R12 alone. */
const RECORD_ACK: AckKind = 'R12'

/** An IMEI, or an LK/TK unit by its id: those of 42… and 47… are no SinoTrack (vectors of 4206119130, 4710038911). */
const ASKS_FOR_V4 = /^(?:\d{15}|4[27]\d{8})$/

/** The ack of a frame by the table; a device may have another by its settings. */
export const ackKindOf = ({ id, type }: Peek, kind: FrameKind): AckKind => {
  if (kind === 'binary' || kind === 'mileage') return RECORD_ACK
  // `*HQ,<id>,#` says nothing that could be acknowledged.
  if (kind === 'rest' || type === null) return 'none'
  const acks = ACKS.get(type)
  if (acks === undefined) return 'R12'
  return id !== null && ASKS_FOR_V4.test(id) ? acks.imei : acks.short
}

/** Whom an ack is for: the unit's own maker code, or it drops the ack (PROTOCOL.md §1.2). */
export type AckAddress = {
  readonly maker: string | null
  readonly id: string
  readonly type: string | null
}

const encoder = new TextEncoder()

/** The bytes of an ack; null when none is owed. `now`: ms since 1970; units read UTC. */
export const encodeAck = (kind: AckKind, { maker, id, type }: AckAddress, now: number): Uint8Array | null => {
  const head = `*${maker ?? 'HQ'},${id}`
  switch (kind) {
    case 'none':
      return null
    case 'R12':
      return encoder.encode(`${head},R12,${digitsOf(now).slice(8)}#`)
    case 'V4':
      return encoder.encode(`${head},V4,${type ?? 'V1'},${digitsOf(now)}#`)
    case 'echo':
      return type === null ? null : encoder.encode(`${head},${type}#`)
  }
}

/** YYYYMMDDHHMMSS */
const digitsOf = (now: number): string => new Date(now).toISOString().slice(0, 19).replace(/\D/g, '')
