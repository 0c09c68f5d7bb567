/** What the API says about commands, in the language of this browser. */
import type { CommandTexts } from '../../shared/texts/commands-de.ts'
import { reasonIn } from '../../shared/texts/reason-text.ts'
import type { CatalogueAnswer, CatalogueEntryAnswer } from '../api/types.ts'
import { choice } from '../text/choice.ts'
import { commandTexts, loadCommandTexts } from '../text/command-texts.ts'
import { inOwnLanguage } from '../text/sentences.ts'
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

/** Why a command ended or was not sent. */
export const reasonText = (reason: string): string =>
  reasonIn({ words: t.words.reasons, translate: choice.language === 'en' ? null : inOwnLanguage }, reason)

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
