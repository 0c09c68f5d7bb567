import { randomInt } from 'node:crypto'

/**
 * Replaces numbers: equal ones by equal ones of the same length, and not reversible. One instance per log, so that
 * related entries stay related.
 */
export type Numbers = {
  /** A device id, digits. */
  readonly id: (digits: string) => string
  /** The replacement of an id that was seen; undefined if these digits were not. */
  readonly knownId: (digits: string) => string | undefined
  /** A long number such as an ICCID or an IMSI, digits: its first two (`89` of a SIM card) stay. */
  readonly long: (digits: string) => string
  /** A location area or a cell, as a number. */
  readonly cell: (value: number) => number
  /** A radio address, such as `ab:cd:ef:01:02:03`. */
  readonly radio: (address: string) => string
  readonly ids: () => number
}

export function createNumbers(): Numbers {
  const ids = new Map<string, string>()
  const others = new Map<string, string>()
  const once = (map: Map<string, string>, key: string, make: () => string): string => {
    const known = map.get(key)
    if (known !== undefined) return known
    const made = make()
    map.set(key, made)
    return made
  }
  return {
    // Ends in 99: an id must not look like a time of day (PROTOCOL.md section 1.6, rule 2).
    id: (digits) =>
      once(ids, digits, () => {
        const count = String(ids.size + 1)
        return digits.length < 6
          ? count.padStart(digits.length, '0')
          : `9${count.padStart(digits.length - 3, '0')}99`
      }),
    knownId: (digits) => ids.get(digits),
    long: (digits) =>
      once(others, digits, () =>
        digits.replaceAll(/\d/g, (digit, at: number) => (at < 2 ? digit : String(randomInt(10)))),
      ),
    cell: (value) =>
      Number(
        once(others, `cell ${value}`, () => {
          const low = 10 ** (String(value).length - 1)
          const high = 10 * low
          return String(value < 10 ? value : randomInt(low, value <= 0xffff ? Math.min(high, 0x10000) : high))
        }),
      ),
    radio: (address) =>
      once(others, `radio ${address.toLowerCase()}`, () =>
        address.replaceAll(/[0-9a-f]/gi, () => randomInt(16).toString(16)),
      ),
    ids: () => ids.size,
  }
}
