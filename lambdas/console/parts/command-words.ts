/** What the API says about commands, in the language of this browser. */
import type { CommandTexts } from '../../shared/texts/commands-de.ts'
import type { CatalogueAnswer, CatalogueEntryAnswer } from '../api/types.ts'
import { choice } from '../text/choice.ts'
import { commandTexts, loadCommandTexts } from '../text/command-texts.ts'
import { t } from '../text/text.ts'

function textsOf(intent: string): CommandTexts | undefined {
  void loadCommandTexts()
  const texts = commandTexts.value
  return Object.hasOwn(texts, intent) ? texts[intent] : undefined
}

/** The title of a command; the API's if the language has none, and until its texts are loaded. */
export const titleOf = ({ intent, title }: { readonly intent: string; readonly title: string | null }) =>
  textsOf(intent)?.title ?? title

function entryInWords(entry: CatalogueEntryAnswer): CatalogueEntryAnswer {
  const texts = textsOf(entry.intent)
  if (texts === undefined) return entry
  const { title, summary, params = {} } = texts
  const properties = Object.fromEntries(
    Object.entries(entry.params.properties).map(([name, param]) => [
      name,
      { ...param, title: params[name] ?? param.title },
    ]),
  )
  return { ...entry, title, summary, params: { ...entry.params, properties } }
}

export async function inWords(answer: CatalogueAnswer): Promise<CatalogueAnswer> {
  await loadCommandTexts()
  return { ...answer, items: answer.items.map(entryInWords) }
}

/** The sentence after such a code says more than the code; it is English. */
const withDetail: ReadonlySet<string> = new Set([
  'interlock',
  'not-encodable',
  'unsafe-bytes',
  'unfinished-bytes',
])

/** Why a command ended or was not sent. Stored as a code, or as `code: sentence`; what has no word is shown as it is. */
export function reasonText(reason: string): string {
  const words: Readonly<Record<string, string>> = t.words.reasons
  if (Object.hasOwn(words, reason)) return words[reason]!
  const [code = '', detail] = reason.split(/: (.*)/s)
  if (detail === undefined || !Object.hasOwn(words, code)) return reason
  return choice.language === 'en' || withDetail.has(code) ? `${words[code]} (${detail})` : words[code]!
}

/** Why the API asks for a confirmation: a code, and what the command is called. */
export function confirmText(
  { reason, why }: Readonly<Record<string, unknown>>,
  title: string,
): string | null {
  const reasons: Readonly<Record<string, string>> = t.words.dangerReasons
  if (choice.language !== 'en' && typeof reason === 'string' && Object.hasOwn(reasons, reason))
    return t.terminal.asksBecause(title, reasons[reason]!)
  return typeof why === 'string' ? why : null
}
