import { catalogue, maskText, namesOf, readTyped, recognize } from '#h02/catalogue/index.ts'
import { isHarmlessRead } from '#shared/commands/scheduled-read.ts'
import type { Level } from './options.ts'

export type Order = {
  /** The command as it is shown: an intent without its parameters, which may be secret, or the text. */
  readonly typed: string
  readonly body:
    | { readonly intent: string; readonly params: Readonly<Record<string, string | number>> }
    | { readonly raw: string }
}
type ReadOrder = Order | { readonly typed: string; readonly problem: string }

/** Longer than any command; the API has a limit of its own. */
const MAX_BYTES = 1_000

/**
 * A command as a person or Home Assistant sends it: an intent (`read-status`), one with parameters (`interval-on
 * seconds=20`), text as in an SMS (`CXZT`), or JSON (`{"intent": …, "params": {…}}`).
 */
export function readOrder(payload: string, model: string | null, level: Level): ReadOrder {
  const typed = payload.trim().slice(0, MAX_BYTES)
  const order = typed.startsWith('{') ? fromJson(typed) : fromText(typed)
  if ('problem' in order || level !== 'reads') return order
  const { body } = order
  const intent = 'intent' in body ? body.intent : recognizeExactly(body.raw, model)
  return intent !== null && isHarmlessRead(intent, model)
    ? order
    : {
        typed: order.typed,
        problem: 'only reads are sent from the broker: --mqtt-commands harmless allows more',
      }
}

const names = catalogue.map(({ intent, title, encodings }) => namesOf({ intent, title, dialects: encodings }))

function fromText(typed: string): ReadOrder {
  const [name = '', ...words] = typed.split(/\s+/)
  const pairs = words.map((word) => /^(\w+)=(.*)$/.exec(word))
  if (words.length > 0 && pairs.every((pair) => pair !== null) && names.some(({ intent }) => intent === name))
    return {
      typed: name,
      body: { intent: name, params: Object.fromEntries(pairs.map(([, key, value]) => [key, value])) },
    }
  const read = readTyped(typed, names)
  if (read.kind === 'intent') return { typed, body: { intent: read.intent, params: {} } }
  if (read.kind === 'raw') return { typed, body: { raw: typed } }
  const hint = read.nearest.length > 0 ? `; nearest: ${read.nearest.join(', ')}` : ''
  // A misspelled intent may be shown; any other text may contain a secret.
  const shown = /^[a-z-]+$/i.test(typed) ? typed : maskText(typed)
  return { typed, problem: `"${shown}" is not a command${hint}` }
}

function fromJson(typed: string): ReadOrder {
  const wrong = { typed, problem: 'expected JSON like {"intent": "interval-on", "params": {"seconds": 20}}' }
  try {
    const { intent, params = {} } = JSON.parse(typed) as { intent?: unknown; params?: unknown }
    if (typeof intent !== 'string' || typeof params !== 'object' || params === null) return wrong
    const entries = Object.entries(params)
    if (
      !entries.every((entry): entry is [string, string | number] => /^(string|number)$/.test(typeof entry[1]))
    )
      return wrong
    return { typed: intent, body: { intent, params: Object.fromEntries(entries) } }
  } catch {
    return wrong
  }
}

function recognizeExactly(text: string, model: string | null): string | null {
  const found = recognize(new Uint8Array(Buffer.from(text, 'latin1')), { model })
  return found !== null && found.exact && found.danger === 'harmless' ? found.intent : null
}
