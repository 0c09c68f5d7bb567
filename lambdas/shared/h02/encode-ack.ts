import type { FrameKind, Peek } from './message.ts'

/**
 * What a tracker is owed for a frame (PROTOCOL.md §4).
 * `R12`: `*HQ,<id>,R12,HHMMSS#`. `V4`: `*HQ,<id>,V4,<type>,YYYYMMDDHHMMSS#`. `echo`: the frame up to its type.
 */
export type AckKind = 'R12' | 'V4' | 'echo' | 'none'

const IMEI_DIGITS = 15

/** By type, whoever sends it. */
const BY_TYPE: Readonly<Record<string, AckKind>> = {
  V0: 'echo',
  HTBT: 'echo',
  NBR: 'V4',
  // Answers and signs of life: no server is known to acknowledge them.
  LINK: 'none',
  XT: 'none',
  SMS: 'none',
  V4: 'none',
}

/** Types that carry a position, from units with an IMEI: those know `V4`, not `R12`. */
const V4_OF_IMEI_UNITS: ReadonlySet<string> = new Set(['V1', 'V2', 'V3', 'VI1', 'V5', 'V6', 'V19'])

/**
 * The ack of a frame by the table; a device may have another by its settings. R12 goes to all else: 10-digit
 * SinoTrack units and every `$` record need it (st901l repeats what is not acknowledged), the others ignore it.
 */
export const ackKindOf = ({ id, type }: Peek, kind: FrameKind): AckKind => {
  if (kind === 'binary' || kind === 'mileage') return 'R12'
  if (kind === 'rest' || type === null) return 'none'
  const byType = BY_TYPE[type]
  if (byType !== undefined) return byType
  return id?.length === IMEI_DIGITS && V4_OF_IMEI_UNITS.has(type) ? 'V4' : 'R12'
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
