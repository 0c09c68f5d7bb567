import { choice, type Choice } from './choice.ts'
import { en, type Texts } from './en/index.ts'

type Language = { readonly locale: string; readonly title: string; readonly load: () => Promise<Texts> }

/** English is part of the page; other languages are loaded when they are chosen. `locale`: for dates and numbers. */
export const languageOf: Readonly<Record<Choice['language'], Language>> = {
  en: { locale: 'en-GB', title: 'English', load: () => Promise.resolve(en) },
  de: { locale: 'de-DE', title: 'Deutsch', load: async () => (await import('./de/index.ts')).de },
}

export const { locale } = languageOf[choice.language]

/** Every text that a user sees, in the language of this browser. */
export const t: Texts = await languageOf[choice.language].load()
