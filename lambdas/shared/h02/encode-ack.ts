import type { FrameKind, Peek } from './message.ts'

/**
 * The kinds of ack for a frame (PROTOCOL.md section 4). `R12`: `*HQ,<id>,R12,HHMMSS#`. `V4`:
 * `*HQ,<id>,V4,<type>,YYYYMMDDHHMMSS#`. `echo`: the frame up to its type.
 */
export type AckKind = 'R12' | 'V4' | 'echo' | 'none'

/** The ack of some text types: for trackers that understand `V4` acks (see `knowsV4`), and for all others. */
type AckRule = {
  readonly types: readonly string[]
  readonly toV4Units: AckKind
  readonly toOthers: AckKind
}

/**
 * PROTOCOL.md section 4 as data. A text type that is not listed gets R12: TQ trackers require it for every frame, and
 * others ignore it.
 */
export const ackRules: readonly AckRule[] = [
  { types: ['V0', 'HTBT'], toV4Units: 'echo', toOthers: 'echo' },
  { types: ['NBR'], toV4Units: 'V4', toOthers: 'V4' },
  // Trackers are known to wait only for the ack of V1. The other types carry a position like V1. One server
  // acknowledges every type with its own name, and no tracker is known to have a problem with that.
  { types: ['V1', 'V2', 'V3', 'V5', 'V6', 'V19', 'VI1', 'VP1'], toV4Units: 'V4', toOthers: 'R12' },
  // With CR a clone asks for a session. The only server known to answer sends V4,CR (PROTOCOL.md sections 1.1 and 2.7).
  { types: ['CR'], toV4Units: 'V4', toOthers: 'V4' },
  // Replies and heartbeats: no server acknowledges them.
  { types: ['LINK', 'XT', 'SMS', 'V4'], toV4Units: 'none', toOthers: 'none' },
]

/** A Map, because types come from trackers: an object would have an entry for `constructor`. */
const ruleOfType: ReadonlyMap<string, AckRule> = new Map(
  ackRules.flatMap((rule) => rule.types.map((type) => [type, rule])),
)

/** All `$` and `X` records: trackers that repeat unacknowledged records (ST-901L) only understand R12. */
const RECORD_ACK: AckKind = 'R12'

/**
 * Whether the id is an IMEI or that of an LK/TK tracker. Ids that begin with 42 or 47 do not belong to SinoTrack trackers
 * (vectors of 4206119130, 4710038911).
 */
const knowsV4 = (id: string): boolean =>
  id.length === 15 || (id.length === 10 && (id.startsWith('42') || id.startsWith('47')))

/** The ack of a frame according to `ackRules`. The settings of a device may choose another one. */
export const ackKindOf = ({ id, type }: Peek, kind: FrameKind): AckKind => {
  if (kind === 'binary' || kind === 'mileage') return RECORD_ACK
  // `*HQ,<id>,#` has nothing to acknowledge.
  if (kind === 'rest' || type === null) return 'none'
  const rule = ruleOfType.get(type)
  if (rule === undefined) return 'R12'
  return id !== null && knowsV4(id) ? rule.toV4Units : rule.toOthers
}

/** The maker code and id of an ack. A tracker ignores an ack with another maker code (PROTOCOL.md section 1.8). */
type AckAddress = {
  readonly maker: string | null
  readonly id: string
  readonly type: string | null
}

/** The bytes of an ack; null if there is none. `now`: ms since 1970; trackers read UTC. */
export const encodeAck = (kind: AckKind, address: AckAddress, now: number): Uint8Array | null => {
  const text = ackText(kind, address, now)
  return text === null ? null : toBytes(text)
}

/** The same as Latin-1 text, which is cheaper to write to Node's sockets than bytes. */
export const ackText = (kind: AckKind, { maker, id, type }: AckAddress, now: number): string | null => {
  const head = `*${maker ?? 'HQ'},${id}`
  switch (kind) {
    case 'none':
      return null
    case 'R12':
      return head + r12TailOf(now)
    case 'V4':
      return `${head},V4,${isWireType(type) ? type : 'V1'},${digitsOf(now)}#`
    case 'echo':
      return type === null ? null : `${head},${type}#`
  }
}

/**
 * A device may be set to V4 for all its frames. A binary record has no type name; it is a position, so the ack names
 * V1.
 */
const isWireType = (type: string | null): boolean => type !== null && /^[A-Z][A-Z0-9]{1,7}$/.test(type)

/** All text of an ack comes from a frame through `latin1`, so each character is one byte. */
const toBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** A gateway writes thousands of acks per second, so the texts of a second are formatted only once. */
let lastSecond = NaN
let lastDigits = ''
let lastR12Tail = ''

const readClock = (now: number): void => {
  const second = Math.floor(now / 1000)
  if (second === lastSecond) return
  lastSecond = second
  lastDigits = new Date(now).toISOString().slice(0, 19).replace(/\D/g, '')
  lastR12Tail = `,R12,${lastDigits.slice(8)}#`
}

/** YYYYMMDDHHMMSS. */
const digitsOf = (now: number): string => {
  readClock(now)
  return lastDigits
}

const r12TailOf = (now: number): string => {
  readClock(now)
  return lastR12Tail
}
