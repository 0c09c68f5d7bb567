import type { IncomingHttpHeaders } from 'node:http'
import { germanSentences } from '#shared/texts/sentences-de.ts'
import { createTranslator } from '#shared/texts/translate.ts'
import type { Answer } from './http.ts'
import type { Refusal } from './server-names.ts'
import { jsonMessage } from './http-result.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign]!)

const toGerman = createTranslator(germanSentences)

type Language = { readonly code: string; readonly title: string; readonly heading: string }
const english: Language = {
  code: 'en',
  title: 'H02 gateway: not under this address',
  heading: 'Not under this address',
}
const german: Language = {
  code: 'de',
  title: 'H02-Gateway: nicht unter dieser Adresse',
  heading: 'Nicht unter dieser Adresse',
}

/** JSON for programs, and a page for a person who has opened the console by a name that the server does not know. */
export function toRefusalAnswer(
  { status, message }: Refusal,
  { accept = '', 'accept-language': languages = '' }: Pick<IncomingHttpHeaders, 'accept' | 'accept-language'>,
): Answer {
  if (!accept.includes('text/html')) return jsonMessage(status, message)
  // A browser names the language that its user prefers first.
  const language = /^de\b/i.test(languages) ? german : english
  const text = (language === german ? toGerman(message) : null) ?? message
  const sentences = text.split(/(?<=\.) /).map((sentence) => `<p>${escapeHtml(sentence)}</p>`)
  return {
    status,
    headers: {
      'content-type': 'text/html;charset=UTF-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
    },
    body: `<!doctype html>
<html lang="${language.code}">
<meta name="viewport" content="width=device-width">
<title>${language.title}</title>
<h1>${language.heading}</h1>
${sentences.join('\n')}
</html>
`,
  }
}
