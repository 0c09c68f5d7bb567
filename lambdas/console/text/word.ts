/** The word for a code of the API; a code without a word is returned unchanged. */
export const wordOf = (words: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(words, code) ? words[code]! : code
