import type { CatalogueAnswer } from '../../lambdas/api/commands/catalogue-schema.ts'
import type { CommandAnswer } from '../../lambdas/api/commands/schema.ts'

export type Catalogue = CatalogueAnswer
type Item = CommandAnswer['timeline'][number]

/** The way bytes went; all else is about them. */
const arrows: Partial<Record<Item['kind'], string>> = {
  written: '→',
  reply: '←',
  concluded: '=',
  corrected: '=',
}

/** Below the time and the arrow. */
const indented = (text: string): string => text.replaceAll(/^/gm, ' '.repeat(15))

/** `18:40:01.123 → written: 8050000 20` */
export function lineOf({ at, kind, text, bytes }: Item): string {
  const line = `${at.slice(11, 23)} ${arrows[kind] ?? ' '} ${text}`
  return bytes === null ? line : `${line}\n${indented(bytes.text.replaceAll('\r', ''))}`
}

/** What a device can be asked, one line each: how it is said, what it takes, what is known. */
export function catalogueText({ deviceId, model, firmware, items }: Catalogue): string {
  const lines = items.map(({ intent, title, danger, params, dialects, auto }) => {
    const takes = Object.entries(params.properties).map(([name, param]) => {
      const given = params.required.includes(name) ? `${name}=…` : `[${name}=…]`
      return `${given}${param['x-unit'] === undefined ? '' : ` ${param['x-unit']}`}`
    })
    const known = dialects.map(({ dialect, word, evidence }) => {
      const effect = evidence.tookEffect === null ? '' : `, ${evidence.tookEffect} took effect`
      const count = evidence.tried === 0 ? '' : ` ${evidence.answered} of ${evidence.tried} answered${effect}`
      return `${dialect === auto ? '*' : ''}${dialect} ${word}${count}`
    })
    const warning = danger === 'harmless' ? '' : ` !${danger}`
    return `${intent.padEnd(20)} ${[title, ...takes].join('  ')}${warning}\n${' '.repeat(21)}${known.join(' · ')}`
  })
  const who = [deviceId, model ?? 'no model known', firmware ?? 'no firmware known; a probe tells'].join(
    ' · ',
  )
  return [who, '* is what auto chooses', '', ...lines].join('\n')
}

const meanings: Record<NonNullable<CommandAnswer['verdict']>, string> = {
  undelivered: 'it was not written to the tracker',
  rejected: 'the tracker said no',
  contradicted: 'the opposite of what was asked is observed',
  confirmed: 'it did what was asked: the effect is observed',
  unconfirmed: 'it answered, but the effect did not show',
  answered: 'it answered',
  unknown: 'it is uncertain whether it was written, and no reply or effect came',
  unanswered: 'it was written; no reply that is certainly its own, and no effect came',
}

const waits: Record<NonNullable<CommandAnswer['waitingFor']>['what'], string> = {
  device: 'the device to be online',
  turn: 'its turn',
  write: 'the gateway to write it',
  reply: 'a reply',
  effect: 'its effect',
}

/** `It waits for its effect, at most until 18:46:01 UTC.` Empty when it waits for nothing. */
export const waitText = ({ waitingFor }: CommandAnswer): string =>
  waitingFor === null
    ? ''
    : `It waits for ${waits[waitingFor.what]}, at most until ${waitingFor.until.slice(11, 19)} UTC.`

export function endText(command: CommandAnswer, url: string): string {
  const { conclusion, reply } = command
  if (conclusion === null) return `\n${waitText(command)} How it ends: GET ${url}`
  const { verdict, reason, likely, already, late, ambiguous, effectPending } = conclusion
  const notes = [
    likely && 'likely',
    already && 'it was so already',
    late && 'late',
    ambiguous && 'the reply may be to an earlier command',
    reason,
  ].filter(Boolean)
  return [
    `\n${verdict}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}: ${meanings[verdict]}`,
    ...(effectPending ? [`${waitText(command)} That may correct the verdict: GET ${url}`] : []),
    ...(reply === null ? [] : [reply.text.replaceAll('\r', '')]),
  ].join('\n')
}
