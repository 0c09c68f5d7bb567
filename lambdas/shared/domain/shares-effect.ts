export const sharesEffect = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && (a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`))
