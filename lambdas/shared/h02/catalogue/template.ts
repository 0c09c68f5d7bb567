/**
 * A wording as data. It is parsed once and used in both directions: to write a command, and to recognize one in bytes.
 * Grammar: see `Encoding.template`.
 */
import type { ParamSpec, Params } from './types.ts'

export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string; readonly commas: boolean }
  | { readonly kind: 'optional'; readonly parts: readonly TemplatePart[] }

/** The slot of the device's own password. */
export const PASSWORD_SLOT = 'password'
export const passwordPattern = String.raw`\d{4,6}`
/**
 * The factory password. It is in the vendor's manual, so it is no secret, and it is too common in coordinates to search
 * for.
 */
export const FACTORY_PASSWORD = '0000'

export function parseTemplate(template: string): readonly TemplatePart[] {
  return [
    ...template.matchAll(/\[(?<inner>[^\]]*)\]|\{(?<name>\w+)(?<commas>:commas)?\}|(?<text>[^[{]+)/g),
  ].map(({ groups = {} }): TemplatePart => {
    const { inner, name, commas, text = '' } = groups
    if (inner !== undefined) return { kind: 'optional', parts: parseTemplate(inner) }
    if (name !== undefined) return { kind: 'slot', name, commas: commas !== undefined }
    return { kind: 'literal', text }
  })
}

/** The text of a template; null if a parameter outside `[…]` is missing. */
export function renderTemplate(parts: readonly TemplatePart[], values: Params): string | null {
  let text = ''
  for (const part of parts) {
    const piece = renderPart(part, values)
    if (piece === null) return null
    text += piece
  }
  return text
}

function renderPart(part: TemplatePart, values: Params): string | null {
  switch (part.kind) {
    case 'literal':
      return part.text
    case 'slot': {
      const value = values[part.name]
      if (value === undefined) return null
      return part.commas ? String(value).replaceAll('.', ',') : String(value)
    }
    case 'optional':
      return renderTemplate(part.parts, values) ?? ''
  }
}

/** Groups of parameters that are given together or not at all. */
export const optionalGroups = (parts: readonly TemplatePart[]): readonly (readonly string[])[] =>
  parts.flatMap((part) => (part.kind === 'optional' ? [slotsOf(part.parts)] : []))

const slotsOf = (parts: readonly TemplatePart[]): string[] =>
  parts.flatMap((part) =>
    part.kind === 'slot' ? [part.name] : part.kind === 'optional' ? slotsOf(part.parts) : [],
  )

/**
 * The source of a regular expression for a template. Slots become named groups; blanks are allowed around a blank or a
 * comma.
 */
export function templateSource(parts: readonly TemplatePart[], params: readonly ParamSpec[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'literal':
          return literalSource(part.text)
        case 'slot':
          return `(?<${part.name}>${slotSource(part.name, part.commas, params)})`
        case 'optional':
          return `(?:${templateSource(part.parts, params)})?`
      }
    })
    .join('')
}

/** A blank inside a command. A line end would begin another command. */
export const blank = String.raw`[ \t]`

const literalSource = (text: string): string =>
  text
    .replace(/[.*+?^${}()|[\]\\#]/g, String.raw`\$&`)
    .replace(/[ ,]/g, (char) => (char === ' ' ? `${blank}+` : `${blank}*,${blank}*`))

const octetsSource = String.raw`\d{1,3}(?:[.,]\d{1,3}){3}`

function slotSource(name: string, commas: boolean, params: readonly ParamSpec[]): string {
  if (name === PASSWORD_SLOT) return passwordPattern
  const spec = params.find((param) => param.name === name)
  if (spec === undefined) throw new Error(`a template names the parameter ${name}, which no one described`)
  return commas ? octetsSource : valueSource(spec)
}

/** The form of a parameter's values, without its range. */
export function valueSource({ kind, pattern, choices }: ParamSpec): string {
  if (pattern !== null) return pattern
  switch (kind) {
    case 'integer':
      return String.raw`\d{1,9}`
    case 'choice':
      return (choices ?? []).map((choice) => choice.replaceAll('.', String.raw`\.`)).join('|')
    case 'phone':
      return String.raw`\+?\d{5,20}`
    case 'ipv4':
      return String.raw`\d{1,3}(?:\.\d{1,3}){3}`
    case 'host':
      return String.raw`[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+`
    case 'apn':
      return '[A-Za-z0-9._-]{1,63}'
    case 'password':
      return passwordPattern
    case 'text':
      // Printable characters, except those that end a field, a text or a frame.
      return String.raw`[!"$-)+\--~]{1,32}`
  }
}
