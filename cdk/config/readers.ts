/** Reads a setting: as it is from code, as text from the command line. */
type Reader<T> = {
  /** Describes the accepted values in an error message. */
  readonly accepts: string
  /** Returns undefined if the value is not accepted. */
  readonly read: (given: unknown) => T | undefined
}
export type Setting<T> = Reader<T> & { readonly byDefault: T; readonly meaning: string }

const text = (pattern: RegExp, accepts: string): Reader<string> => ({
  accepts,
  read: (given) => (typeof given === 'string' && pattern.test(given) ? given : undefined),
})

const wholeNumber = (min: number, max: number): Reader<number> => ({
  accepts: `a whole number from ${min} to ${max}`,
  read: (given) => {
    const value = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given
    return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : undefined
  },
})

const flag: Reader<boolean> = {
  accepts: 'true or false',
  read: (given) => ({ true: true, false: false })[String(given)],
}

const choice = <const T extends string | number>(...values: readonly T[]): Reader<T> => ({
  accepts: values.join(', ').replace(/, ([^,]*)$/, ' or $1'),
  read: (given) => values.find((value) => String(value) === String(given)),
})

/** An array in code, or comma-separated text. */
const list = (pattern: RegExp, accepts: string): Reader<readonly string[]> => ({
  accepts: `a list of ${accepts}`,
  read: (given) => {
    const items: unknown = typeof given === 'string' ? given.split(',').map((item) => item.trim()) : given
    return Array.isArray(items) && items.every((item) => typeof item === 'string' && pattern.test(item))
      ? (items as string[])
      : undefined
  },
})

/** An object in code, or `name=text,name=text` on the command line. */
const pairs = (accepts: string): Reader<Readonly<Record<string, string>>> => ({
  accepts,
  read: (given) => {
    const entries =
      typeof given === 'string'
        ? given.split(',').map((pair) => pair.split('=').map((part) => part.trim()))
        : Object.entries(given ?? {})
    const isPair = ([name, value, ...more]: unknown[]): boolean =>
      typeof name === 'string' &&
      name !== '' &&
      typeof value === 'string' &&
      value !== '' &&
      more.length === 0
    return entries.every(isPair) ? (Object.fromEntries(entries) as Record<string, string>) : undefined
  },
})

/** Accepts absent values too: null in code, an empty text on the command line. */
const optional = <T>({ accepts, read }: Reader<T>): Reader<T | null> => ({
  accepts: `${accepts}, or nothing`,
  read: (given) => (given === null || given === '' ? null : read(given)),
})

export const readers = { text, wholeNumber, flag, choice, list, optional, pairs }
