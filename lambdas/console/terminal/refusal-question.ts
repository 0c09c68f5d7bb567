import type { Refusal } from '../api/client.ts'
import type { Order } from '../api/types.ts'

/** Why the API does not send it at once, without the part about the fields of a request. */
export function whyOf({ problem, message }: Refusal): string {
  const why =
    typeof problem.why === 'string' ? problem.why : message.replace(/; (?:send it with|"queue").*$/s, '')
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
}

/** What a person must decide before the API sends it; null: it is refused. */
export function questionOf({ problem }: Refusal, { confirm }: Order): 'disruptive' | 'waiting' | null {
  const type = String(problem.type).replace('urn:h02:problem:', '')
  if (type === 'confirm-required') return 'disruptive'
  return confirm === true && (type === 'device-offline' || type === 'device-busy') ? 'waiting' : null
}
