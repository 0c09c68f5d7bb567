/**
 * Whether two effects touch the same thing, so that the second command ends the watch of the first: the same key, or one that is the whole of
 * the other (`interval` is `interval-on` and `interval-off` at once: D1 sets both). Null touches nothing.
 */
export const sharesEffect = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && (a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`))

/** The fuel relay: cuts and restores. */
export const isRelay = (effectKey: string | null): boolean => effectKey === 'relay'
