import type { NoticeFormat } from '#shared/domain/notices/notice-format.ts'
import { createFormats, type Formats } from './formats.ts'
import { de } from './words/de.ts'
import { en, type NoticeWords } from './words/en.ts'

/** The words and formats of a notice. */
export type Style = { readonly words: NoticeWords; readonly formats: Formats }

const wordsByLanguage: Readonly<Record<NoticeFormat['language'], NoticeWords>> = { en, de }

export const wordsIn = (language: NoticeFormat['language']): NoticeWords => wordsByLanguage[language]

export const createStyle = (format: NoticeFormat & { readonly timeZone: string }): Style => ({
  words: wordsIn(format.language),
  formats: createFormats(format),
})
