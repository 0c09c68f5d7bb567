/** Counts things in a language: `count(1, 'device', 'devices')` is `1 device`; `pick` gives the word alone. */
export function pluralsOf(locale: string) {
  const rules = new Intl.PluralRules(locale)
  const number = new Intl.NumberFormat(locale)
  const pick = (n: number, one: string, other: string): string => (rules.select(n) === 'one' ? one : other)
  return {
    pick,
    count: (n: number, one: string, other: string) => `${number.format(n)} ${pick(n, one, other)}`,
  }
}
