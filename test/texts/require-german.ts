import { germanSentences } from '#shared/texts/sentences-de.ts'
import { createTranslator } from '#shared/texts/translate.ts'
import { de } from '../../lambdas/console/text/de/index.ts'

const toGerman = createTranslator(germanSentences)

type Problem = {
  readonly type: string
  readonly detail: string
  readonly errors?: readonly { readonly detail: string }[]
}

/** Throws if a browser that is set to German would show a part of this refusal in English. */
export function requireGerman({ type, detail, errors = [] }: Problem): void {
  const isOfType = Object.hasOwn(de.problems.details, type.replace('urn:h02:problem:', ''))
  const details = errors.length > 0 ? errors.map((fault) => fault.detail) : isOfType ? [] : [detail]
  const missing = details.filter((one) => toGerman(one) === null)
  if (missing.length > 0)
    throw new Error(`shared/texts/sentences-de.ts has no German for: ${missing.join('; ')}`)
}
