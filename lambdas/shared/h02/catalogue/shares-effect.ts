/**
 * Whether two effects touch the same thing, so that the second command waits: the same key, or one that is the whole of
 * the other (`interval` is `interval-on` and `interval-off` at once: D1 sets both). Null touches nothing.
 */
export const sharesEffect = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && (a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`))

/**
 * A command that waits for no other's effect: what releases an engine is never gated. Cuts have the same key, but they
 * never queue.
 */
export const neverWaits = (effectKey: string | null): boolean => effectKey === 'relay'
