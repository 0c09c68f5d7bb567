import { Refusal } from './client.ts'

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const asSentence = (text: string): string => {
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}

/** The error in sentences. `titles`: the names on the page of the request's fields (such as `/select/ids`). */
export function explain(error: unknown, titles: Readonly<Record<string, string>> = {}): readonly string[] {
  const errors = error instanceof Refusal && Array.isArray(error.problem.errors) ? error.problem.errors : []
  if (errors.length === 0) return [asSentence(messageOf(error))]
  return (errors as { readonly name: string; readonly detail: string }[]).map(({ name, detail }) => {
    const title = titles[name] ?? titles[name.replace(/\/[^/]*$/, '')] ?? name.replace(/^\//, '')
    return asSentence(title === '' ? detail : `${title}: ${detail}`)
  })
}

/** The type of a refusal without the common prefix; null if the error is not a refusal. */
export const problemOf = (error: unknown): string | null =>
  error instanceof Refusal ? String(error.problem.type).replace('urn:h02:problem:', '') : null
