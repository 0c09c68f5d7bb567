/** The word for a code. A newer version may use codes without one: they are shown with spaces, because people read them. */
export const toWords = (words: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(words, code) ? words[code]! : code.replaceAll(/[.-]/g, ' ')
