import { dangerReasons, UNKNOWN_BYTES_REASON } from '#h02/catalogue/index.ts'
import type { Caller } from '../app-type.ts'
import { Problem } from '../problem.ts'
import { missingScope } from '../scope.ts'
import type { Plan } from './plan.ts'

export const engineCommandsOff = (): Problem =>
  new Problem(
    'engine-commands-off',
    'this acts on a car that may be moving; this installation does not do that unless it runs with ENGINE_COMMANDS=on (npm start -- --engine)',
  )

/** Refuses commands that this caller or this installation may not send. */
export function requirePermission(
  { title, danger, needsRawScope }: Plan,
  { scopes }: Caller,
  { confirm, engineCommands }: { readonly confirm: boolean; readonly engineCommands: boolean },
): void {
  if (needsRawScope && !scopes.has('command:raw')) {
    throw missingScope('command:raw', scopes, 'the catalogue does not recognize these bytes completely')
  }
  if (danger === 'dangerous') {
    if (!engineCommands) throw engineCommandsOff()
    if (!scopes.has('command:engine')) {
      throw missingScope('command:engine', scopes, `"${title}" acts on a car that may be moving`)
    }
  }
  if ((danger === 'sensitive' || danger === 'disruptive') && !confirm) {
    const why = `"${title}" ${needsRawScope ? UNKNOWN_BYTES_REASON : dangerReasons[danger]}`
    const reason = needsRawScope ? 'unknown-bytes' : danger
    throw new Problem('confirm-required', `${why}; send it with "confirm": true if you want that`, {
      // `reason`: a code for what `why` says of the command.
      extras: { why, danger, reason, errors: [{ in: 'body', name: '/confirm', detail: 'expected true' }] },
    })
  }
}
