import { entryOf, faultOfRaw, recognize } from '#h02/catalogue/index.ts'
import type { Problem } from '../problem.ts'

/** The placeholders of a template, with a sample value of each. */
const samples = { '{id}': '9170000000', '{time}': '120000', '{password}': '0000' } as const
const slots = /\{id\}|\{time\}|\{password\}/g

const MAX_COMMAND_BYTES = 200

/** A phone number, or a code with a password glued to it. */
const longNumber = /\d{7,}/

/** Why a template cannot be named; null if it can. */
export function faultOfTemplate(
  template: string,
): { readonly type: Problem['type']; readonly detail: string } | null {
  const unsafe = (detail: string) => ({ type: 'unsafe-bytes', detail }) as const
  if (!/^[\x20-\x7e]+$/.test(template) || template.length > MAX_COMMAND_BYTES) {
    return {
      type: 'invalid-request',
      detail: `expected 1 to ${MAX_COMMAND_BYTES} printable ASCII characters`,
    }
  }
  if (/[{}]/.test(template.replace(slots, ''))) {
    return {
      type: 'invalid-request',
      detail: `expected no other placeholders than ${Object.keys(samples).join(', ')}`,
    }
  }
  const filled = Buffer.from(
    template.replace(slots, (slot) => samples[slot as keyof typeof samples]),
    'latin1',
  )
  const known = recognize(filled)
  if (known?.danger === 'dangerous') {
    return unsafe('it holds a command that cuts the engine, which is never sent by a name')
  }
  const fault = faultOfRaw(filled)
  if (fault !== null) return unsafe(fault)
  const secrets =
    known?.exact === true ? (entryOf(known.intent)?.params.filter(({ secret }) => secret) ?? []) : []
  const holdsSecret = secrets.some(({ name }) => known?.params[name] !== undefined)
  return holdsSecret || longNumber.test(template.replace(slots, ' '))
    ? unsafe(
        'it holds what may be a password, an access point or a phone number, and everyone with scope read would see it: write {password} for the password of the device, and leave out the others',
      )
    : null
}
