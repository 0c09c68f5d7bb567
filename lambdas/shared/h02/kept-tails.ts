import type { Message } from './message.ts'

/**
 * A unit names the same cell frame after frame, for minutes where it drives and for days where it is parked: finding what
 * was read of the same bytes before is cheaper than reading them again. A table of fixed size, each slot holding its newest.
 */
export type Tail = { readonly extra: Message['extra']; readonly cells: Message['cells'] }

const SLOTS = 1024
const LONGEST = 24
/** So many of the last bytes tell cells of a network apart. */
const SPREAD = 9
const tails: (Tail | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
const texts = new Uint8Array(SLOTS * LONGEST)
const lengths = new Uint8Array(SLOTS)

const slotOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0
  for (let i = Math.max(from, to - SPREAD); i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
  return (hash ^ (hash >>> 13)) & (SLOTS - 1)
}

/** What was read of these very bytes before. */
export const findTail = (bytes: Uint8Array, from: number, to: number): Tail | undefined => {
  if (to - from > LONGEST) return undefined
  const slot = slotOf(bytes, from, to)
  if (lengths[slot] !== to - from) return undefined
  const at = slot * LONGEST - from
  for (let i = to - 1; i >= from; i--) if (texts[at + i] !== bytes[i]) return undefined
  return tails[slot]
}

/** All that was read of these bytes; frozen, for other messages will share it. */
export const keepTail = (bytes: Uint8Array, from: number, to: number, { extra, cells }: Tail): void => {
  if (to - from > LONGEST) return
  for (const cell of cells) Object.freeze(cell)
  const slot = slotOf(bytes, from, to)
  lengths[slot] = to - from
  texts.set(bytes.subarray(from, to), slot * LONGEST)
  tails[slot] = { extra: Object.freeze(extra), cells: Object.freeze(cells) }
}
