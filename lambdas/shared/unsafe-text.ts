/**
 * Characters that a single line of text does not need and that change how it is shown: control characters and line
 * separators, bidirectional and other format characters, invisible characters, and lone surrogates. Variation selectors
 * for emoji are allowed.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![\uFE0E\uFE0F])\p{Default_Ignorable_Code_Point}/u

const everyUnsafe = new RegExp(unsafe, 'gu')

export const isSafeText = (text: string): boolean => !unsafe.test(text)

const escapeUnit = (text: string, index: number): string =>
  `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`

/**
 * For a terminal: every such character as `\uXXXX`, as in JSON, so that escaped JSON stays the same JSON. Line feeds
 * are kept.
 */
export const escapeUnsafe = (text: string): string =>
  text.replaceAll(everyUnsafe, (char) =>
    char === '\n' ? char : Array.from({ length: char.length }, (_, i) => escapeUnit(char, i)).join(''),
  )
