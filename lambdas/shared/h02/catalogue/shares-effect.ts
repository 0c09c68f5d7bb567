/**
 * Whether two effects change the same thing, so that the second command ends the watch of the first. They have the same
 * key, or one key includes the other: D1 sets both intervals, so `interval` includes `interval-on` and `interval-off`.
 * Null shares nothing.
 */
export const sharesEffect = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && (a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`))

/** The fuel relay: cuts and restores. */
export const isRelay = (effectKey: string | null): boolean => effectKey === 'relay'
