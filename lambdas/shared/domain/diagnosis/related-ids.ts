/** Minimum length: a short id usually has ten digits, and a shorter one does not identify a tracker. */
const MIN_DIGITS = 8

/** All shorter ids that `isPartOfId` accepts for this one. */
export function partsOfId(id: string): string[] {
  const parts = new Set<string>()
  for (let length = MIN_DIGITS; length < id.length; length++)
    parts.add(id.slice(0, length)).add(id.slice(-length))
  return [...parts]
}

/** Whether one id is the beginning or the end of the other: a short id is usually a part of the IMEI (PROTOCOL.md section 1.8). */
export function isPartOfId(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return short.length >= MIN_DIGITS && (long.startsWith(short) || long.endsWith(short))
}
