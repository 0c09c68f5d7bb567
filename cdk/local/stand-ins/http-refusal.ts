import type { Answer } from './http.ts'
import type { Refusal } from './server-names.ts'
import { jsonMessage } from './http-result.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign]!)

/** JSON for programs, and a page for a person who has opened the console by a name that the server does not know. */
export function toRefusalAnswer({ status, message }: Refusal, accept = ''): Answer {
  if (!accept.includes('text/html')) return jsonMessage(status, message)
  const sentences = message.split(/(?<=\.) /).map((sentence) => `<p>${escapeHtml(sentence)}</p>`)
  return {
    status,
    headers: {
      'content-type': 'text/html;charset=UTF-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
    },
    body: `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>H02 gateway: not under this address</title>
<h1>Not under this address</h1>
${sentences.join('\n')}
</html>
`,
  }
}
