import { entryTemplates } from './compiled.ts'
import { optionalGroups, valueSource } from './template.ts'
import type { CatalogueEntry, CheckedParams, ParamFault, Params, ParamSpec, ParamValue } from './types.ts'

/** What a parameter accepts, for people: "a whole number of 10 to 18000 s". */
export function acceptedBy({ kind, unit, min, max, choices, pattern }: ParamSpec): string {
  switch (kind) {
    case 'integer':
      return `a whole number of ${min} to ${max}${unit === null ? '' : ` ${unit}`}`
    case 'choice':
      return `one of ${(choices ?? []).join(', ')}`
    case 'phone':
      return 'a phone number: 5 to 20 digits, + may come first'
    case 'ipv4':
      return 'an IPv4 address, as 192.0.2.1'
    case 'host':
      return 'a host name or an IPv4 address of at most 60 characters, as tracker.example.com'
    case 'apn':
      return 'an access point name: letters, digits, points, dashes, underscores; no blank; at most 63'
    case 'password':
      return '4 to 6 digits'
    case 'text':
      return pattern === null
        ? '1 to 32 printable characters, none of them a blank, comma, # or *'
        : `text that fits ${pattern}`
  }
}

/** The longest host name that fits into a text command of 160 characters, with a margin. */
const LONGEST_HOST = 60

/**
 * Converts a value to its form in the command; null if it is not accepted. Whole numbers may be given as digits
 * (`--param seconds=20`).
 */
function toParamValue(spec: ParamSpec, value: unknown): ParamValue | null {
  if (spec.kind === 'integer') {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number)) return null
    return number >= (spec.min ?? 0) && number <= (spec.max ?? Number.MAX_SAFE_INTEGER) ? number : null
  }
  // A choice of digits may be given as a number. Phones and passwords may not: a number loses their leading zeros.
  const text = spec.kind === 'choice' && typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !new RegExp(`^(?:${valueSource(spec)})$`).test(text)) return null
  if (spec.kind === 'ipv4') return isIpv4(text) ? text : null
  if (spec.kind === 'host') return isHost(text) ? text : null
  return text
}

export const isIpv4 = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((octet) => Number(octet) <= 255)

/** Text of digits and dots must be an address. */
const isHost = (text: string): boolean =>
  text.length <= LONGEST_HOST && (!/^[\d.]+$/.test(text) || isIpv4(text))

/**
 * Checks parameters as a person gave them: converts them and fills in defaults, or lists every fault with what would be
 * accepted.
 */
export function checkParams(entry: CatalogueEntry, given: Readonly<Record<string, unknown>>): CheckedParams {
  const params: Record<string, ParamValue> = {}
  const faults: ParamFault[] = []
  for (const spec of entry.params) {
    const value = Object.hasOwn(given, spec.name) ? given[spec.name] : undefined
    if (value === undefined || value === null) {
      if (spec.byDefault !== null) params[spec.name] = spec.byDefault
      else if (spec.required) faults.push({ name: spec.name, detail: `is missing: ${acceptedBy(spec)}` })
      continue
    }
    const accepted = toParamValue(spec, value)
    if (accepted === null) faults.push({ name: spec.name, detail: `must be ${acceptedBy(spec)}` })
    else params[spec.name] = accepted
  }
  return faults.push(...unknownParams(entry, given), ...halfGroups(entry, params)) > 0
    ? { ok: false, faults }
    : { ok: true, params }
}

function unknownParams(entry: CatalogueEntry, given: Readonly<Record<string, unknown>>): ParamFault[] {
  const names = entry.params.map(({ name }) => name)
  const accepted = names.length === 0 ? `${entry.intent} accepts none` : `accepted: ${names.join(', ')}`
  return Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => ({ name, detail: `is not known: ${accepted}` }))
}

/** `user` without `apnPassword` cannot be encoded. */
function halfGroups(entry: CatalogueEntry, params: Params): ParamFault[] {
  const missing = new Map<string, string>()
  for (const { parts } of entryTemplates(entry)) {
    for (const group of optionalGroups(parts)) {
      const given = group.find((name) => params[name] !== undefined)
      if (given === undefined) continue
      for (const name of group) if (params[name] === undefined) missing.set(name, given)
    }
  }
  return [...missing].map(([name, given]) => ({ name, detail: `is missing: it goes together with ${given}` }))
}
