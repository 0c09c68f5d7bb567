import type { Refusal } from '../api/client.ts'
import { asSentence } from '../api/explain.ts'
import type { Order } from '../api/types.ts'
import { confirmText } from '../parts/command-words.ts'

/** Why the API does not send the command at once, without the part about request fields. */
export const whyOf = ({ problem, message }: Refusal, title: string): string =>
  asSentence(confirmText(problem, title) ?? message.replace(/; (?:send it with|"queue").*$/s, ''))

/** What a person must decide before the API sends the command; null: the API refuses it. */
export function questionOf({ problem }: Refusal, { confirm }: Order): 'disruptive' | 'waiting' | null {
  const type = String(problem.type).replace('urn:h02:problem:', '')
  if (type === 'confirm-required') return 'disruptive'
  return confirm === true && (type === 'device-offline' || type === 'device-busy') ? 'waiting' : null
}
