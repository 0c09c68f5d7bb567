import { signal } from '@preact/signals'
import { choice, type Choice } from './choice.ts'
import type { CatalogueTexts } from '../../shared/texts/commands-de.ts'

/** The API's own texts are English. */
const loaders: Readonly<Record<Choice['language'], () => Promise<CatalogueTexts>>> = {
  en: () => Promise.resolve({}),
  de: async () => (await import('../../shared/texts/commands-de.ts')).germanCommands,
}

/** The commands of the catalogue in the language of this browser, by intent; empty until they are loaded. */
export const commandTexts = signal<CatalogueTexts>({})

let loading: Promise<void> | null = null

/** Loads the texts once. They are not part of the first view: the first page that shows commands needs them. */
export const loadCommandTexts = (): Promise<void> => (loading ??= load())

async function load(): Promise<void> {
  try {
    commandTexts.value = await loaders[choice.language]()
  } catch {
    // Without a connection the API's texts remain, and the next page tries again.
    loading = null
  }
}
