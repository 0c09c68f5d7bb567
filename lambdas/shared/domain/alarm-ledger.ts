/**
 * The presses of alarms that a device reported recently, by its own clock. A stored frame repeats what a current frame
 * has reported, and the other way round: the ledger makes one press one alarm. It has a fixed size. Forgetting a press
 * may repeat an alarm, but never suppresses one.
 */
export type Press = {
  /** Number of the status bit; from 32 on an alarm that only texts report, see `alarms.ts`. */
  readonly bit: number
  /** Fix times of the first and the last frame that showed it, ms. */
  readonly from: number
  readonly to: number
  /** True if a stored frame raised it, and no current frame has shown its end since. */
  readonly isLate: boolean
}

/** Frames that show the same alarm within 10 minutes belong to one press. */
const SAME_PRESS_MS = 10 * 60_000
const MAX_PRESSES = 8

type Recorded = {
  readonly ledger: readonly Press[]
  /** Status bits of presses that were not in the ledger, as a mask. */
  readonly isNew: number
  /** Status bits of presses that a stored frame had raised, as a mask. */
  readonly wasLate: number
}

/** Records that a frame with fix time `at` shows the alarms of `shown`, a mask of status bits. */
export function recordPresses(
  ledger: readonly Press[],
  shown: number,
  { at, isLate }: { readonly at: number; readonly isLate: boolean },
): Recorded {
  let presses = ledger
  let isNew = 0
  let wasLate = 0
  for (let bit = 0; bit < 32; bit++) {
    if (((shown >>> bit) & 1) === 0) continue
    const { known, ledger: recorded } = recordPress(presses, bit, { at, isLate })
    if (known === undefined) isNew |= 1 << bit
    else if (known.isLate) wasLate |= 1 << bit
    presses = recorded
  }
  return { ledger: presses, isNew: isNew >>> 0, wasLate: wasLate >>> 0 }
}

/** Records one alarm; `known`: the press in the ledger to which it belongs. */
export function recordPress(
  ledger: readonly Press[],
  bit: number,
  { at, isLate }: { readonly at: number; readonly isLate: boolean },
): { readonly ledger: readonly Press[]; readonly known: Press | undefined } {
  const known = ledger.find(
    (press) => press.bit === bit && at >= press.from - SAME_PRESS_MS && at <= press.to + SAME_PRESS_MS,
  )
  const press: Press =
    known === undefined
      ? { bit, from: at, to: at, isLate }
      : { ...known, from: Math.min(known.from, at), to: Math.max(known.to, at) }
  return { ledger: [...ledger.filter((one) => one !== known), press].slice(-MAX_PRESSES), known }
}

/** Records that a current frame shows the end of these alarms: a later one is another press. */
export const endPresses = (ledger: readonly Press[], ended: number): readonly Press[] =>
  ended === 0
    ? ledger
    : ledger.map((press) => (((ended >>> press.bit) & 1) === 1 ? { ...press, isLate: false } : press))
