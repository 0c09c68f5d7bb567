import { signal } from '@preact/signals'
import { choice, type Choice } from './choice.ts'

type Translate = (sentence: string) => string | null

/** The API's own sentences are English. */
const loaders: Readonly<Record<Choice['language'], () => Promise<Translate>>> = {
  en: () => Promise.resolve(() => null),
  de: async () => {
    const [{ createTranslator }, { germanSentences }] = await Promise.all([
      import('../../shared/texts/translate.ts'),
      import('../../shared/texts/sentences-de.ts'),
    ])
    return createTranslator(germanSentences)
  },
}

const translator = signal<Translate>(() => null)

let loading: Promise<void> | null = null

/** Loads the sentences once. They are not part of the first view: the first refusal or error needs them. */
export const loadSentences = (): Promise<void> => (loading ??= load())

async function load(): Promise<void> {
  try {
    translator.value = await loaders[choice.language]()
  } catch {
    // Without a connection the sentences stay English, and the next one tries again.
    loading = null
  }
}

/** A sentence of the server in the language of this browser; unchanged if it is not known, and until the sentences are loaded. */
export function inOwnLanguage(sentence: string): string {
  void loadSentences()
  return translator.value(sentence) ?? sentence
}
