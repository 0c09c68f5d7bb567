import { Problem } from '../problem.ts'
import { toDetail } from '../validation.ts'

/** Refuses a field of the campaign's body. */
export const refuse = (name: string, detail: string): never => {
  const errors = [{ in: 'body' as const, name, detail }]
  throw new Problem('invalid-request', toDetail(errors), { extras: { errors } })
}
