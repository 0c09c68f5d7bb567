import type { FrameKind, Peek } from './message.ts'

/**
 * The ack that a tracker gets for a frame (PROTOCOL.md section 4).
 * `R12`: `*HQ,<id>,R12,HHMMSS#`. `V4`: `*HQ,<id>,V4,<type>,YYYYMMDDHHMMSS#`. `echo`: the frame up to its type.
 */
export type AckKind = 'R12' | 'V4' | 'echo' | 'none'

/** The ack of some text types: to trackers that know `V4` acks (see `knowsV4`), and to all others. */
export type AckRule = {
  readonly types: readonly string[]
  readonly toV4Units: AckKind
  readonly toOthers: AckKind
}

/** PROTOCOL.md section 4 as data. A text type that is not listed gets R12: TQ trackers require it for every frame, others ignore it. */
export const ackRules: readonly AckRule[] = [
  { types: ['V0', 'HTBT'], toV4Units: 'echo', toOthers: 'echo' },
  { types: ['NBR'], toV4Units: 'V4', toOthers: 'V4' },
  // Only V1 is known to be awaited. The others carry a position as V1 does and are beside it in the table; one server
  // acknowledges every type with its own name, and no tracker is known to mind.
  { types: ['V1', 'V2', 'V3', 'V5', 'V6', 'V19', 'VI1', 'VP1'], toV4Units: 'V4', toOthers: 'R12' },
  // A clone asks for a session; the one server known to answer says V4,CR (PROTOCOL.md sections 1.1 and 2.7).
  { types: ['CR'], toV4Units: 'V4', toOthers: 'V4' },
  // Answers and signs of life: no server acknowledges them.
  { types: ['LINK', 'XT', 'SMS', 'V4'], toV4Units: 'none', toOthers: 'none' },
]

/** A map, for types come off the wire: an object would have a rule for `constructor`. */
const ruleOfType: ReadonlyMap<string, AckRule> = new Map(
  ackRules.flatMap((rule) => rule.types.map((type) => [type, rule])),
)

/** Every `$` and `X` record: what repeats unacknowledged ones (ST-901L) knows R12 alone. */
const RECORD_ACK: AckKind = 'R12'

/** An IMEI, or an LK/TK tracker by its id: those of 42… and 47… are no SinoTrack (vectors of 4206119130, 4710038911). */
const knowsV4 = (id: string): boolean =>
  id.length === 15 || (id.length === 10 && (id.startsWith('42') || id.startsWith('47')))

/** The ack of a frame by the table; a device may have another by its settings. */
export const ackKindOf = ({ id, type }: Peek, kind: FrameKind): AckKind => {
  if (kind === 'binary' || kind === 'mileage') return RECORD_ACK
  // `*HQ,<id>,#` says nothing that could be acknowledged.
  if (kind === 'rest' || type === null) return 'none'
  const rule = ruleOfType.get(type)
  if (rule === undefined) return 'R12'
  return id !== null && knowsV4(id) ? rule.toV4Units : rule.toOthers
}

/** The addressee of an ack. With another maker code than its own the tracker drops the ack (PROTOCOL.md section 1.8). */
export type AckAddress = {
  readonly maker: string | null
  readonly id: string
  readonly type: string | null
}

/** The bytes of an ack; null if there is none. `now`: ms since 1970; trackers read UTC. */
export const encodeAck = (kind: AckKind, address: AckAddress, now: number): Uint8Array | null => {
  const text = ackText(kind, address, now)
  return text === null ? null : toBytes(text)
}

/** The same as Latin-1 text, which Node's sockets write at less cost than bytes. */
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

/** A device may be set to V4 for all its frames; a record has no type to name, but it is a position as V1 is. */
const isWireType = (type: string | null): boolean => type !== null && /^[A-Z][A-Z0-9]{1,7}$/.test(type)

/** All that stands in an ack came out of a frame by `latin1`, so a character is a byte. */
const toBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** A gateway writes thousands of acks a second: their texts of a second are made once for all of them. */
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
