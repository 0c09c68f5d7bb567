/**
 * Whether two effects touch the same thing, so that the second command waits: the same key, or one that is the whole of
 * the other (`interval` is `interval-on` and `interval-off` at once: D1 sets both). Null touches nothing.
 */
export const sharesEffect = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && (a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`))
