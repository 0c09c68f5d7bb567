/** The catalogue as people read it: COMMANDS.md, written by `npm run -s catalogue -- --write`. */
import { catalogue } from './entries/index.ts'
import type { CatalogueEntry, Dialect, EffectSpec, Encoding, ParamSpec } from './types.ts'

const INTRODUCTION = `# Commands

Written by \`npm run -s catalogue -- --write\` from [the catalogue](index.ts), which says how to add a command.

A command is an *intent* with parameters, written in one of two dialects: \`text\`, as in an SMS (\`0000\` stands for the password of
the tracker), or \`*HQ\`, as \`*HQ,<id>,<word>,<HHMMSS>,…#\`, shown here without id and time. A parameter with \`?\` may be left out,
(…) is its default, and […] is written only with its parameter. *Sensitive* and *disruptive* commands require \`confirm\`, *dangerous*
ones two steps and a scope of their own ([rules](../../../api/API.md#danger)). *Experimental* wordings come from few or uncertain
sources, and are sent only when asked for by name.
`

/** The whole page. */
export const commandsPage = (): string => `${INTRODUCTION}\n${commandsTable()}\n`

function commandsTable(): string {
  const rows = catalogue.map((entry) =>
    [
      `\`${entry.intent}\``,
      entry.summary,
      paramsOf(entry),
      dangerOf(entry),
      wordingOf(entry, 'text'),
      wordingOf(entry, 'h02'),
      effectOf(entry),
    ]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  )
  return [
    '| intent | what it does | parameters | danger | text | `*HQ` | seen as |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')
}

const paramsOf = ({ params }: CatalogueEntry): string =>
  params
    .map((param) => {
      const byDefault = param.byDefault === null ? '' : ` (${param.byDefault})`
      return `\`${param.name}\`${param.required || byDefault !== '' ? '' : '?'}: ${rangeOf(param)}${byDefault}`
    })
    .join('; ')

const MAX_CHOICES = 4

/** A shorter form of `acceptedBy`. */
function rangeOf({ kind, title, unit, min, max, choices }: ParamSpec): string {
  if (kind === 'integer') return `${min}–${max}${unit === null ? '' : ` ${unit}`}`
  if (choices === null) return title
  return choices.length > MAX_CHOICES ? `${choices[0]}…${choices.at(-1)}` : choices.join(' or ')
}

const dangerOf = ({ danger }: CatalogueEntry): string => (danger === 'harmless' ? '' : `**${danger}**`)

const wordingOf = ({ encodings }: CatalogueEntry, dialect: Dialect): string =>
  encodings
    .filter((encoding) => encoding.dialect === dialect)
    .map((encoding) => `\`${said(encoding)}\`${marks(encoding)}`)
    .join(', ')

/** `0000` stands for the device's password. */
const said = ({ template }: Encoding): string =>
  template
    .replaceAll('{password}', '0000')
    .replace(':commas', '')
    .replaceAll(/\{(\w+)\}/g, '‹$1›')

function marks({ confidence, models }: Encoding): string {
  const notes = [
    ...(confidence === 'unsure' ? ['experimental'] : []),
    ...(models === null ? [] : [models.join(', ')]),
  ]
  return notes.length === 0 ? '' : ` (${notes.join('; ')})`
}

const effectNames: Readonly<Record<EffectSpec['kind'], string>> = {
  'status-bit': 'status bit',
  interval: 'spacing of reports',
  restart: 'new session',
  departure: 'the tracker leaves',
}

function effectOf({ effect }: CatalogueEntry): string {
  const shown = effect?.({ seconds: 60 }) ?? null
  if (shown === null) return ''
  const { kind, bit, clear } = shown
  return kind === 'status-bit' ? `bit ${bit} ${clear === true ? 'clear' : 'set'}` : effectNames[kind]
}
