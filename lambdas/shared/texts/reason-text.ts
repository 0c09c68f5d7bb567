/** Codes after which the sentence says more than the word of the code. */
const withDetail: ReadonlySet<string> = new Set([
  'interlock',
  'not-encodable',
  'unsafe-bytes',
  'unfinished-bytes',
])

type Language = {
  /** By code. */
  readonly words: Readonly<Record<string, string>>
  /** For the English sentence after a code; null: sentences stay English, and each is shown. */
  readonly translate: ((sentence: string) => string) | null
}

/** Why a command ended or was not sent. Stored as a code, or as `code: sentence`; what has no word is shown as it is. */
export function reasonIn({ words, translate }: Language, reason: string): string {
  if (Object.hasOwn(words, reason)) return words[reason]!
  const [code = '', detail] = reason.split(/: (.*)/s)
  if (detail === undefined || !Object.hasOwn(words, code)) return translate?.(reason) ?? reason
  if (translate === null) return `${words[code]} (${detail})`
  return withDetail.has(code) ? `${words[code]} (${translate(detail)})` : words[code]!
}
