import type { components } from '../../lambdas/api/openapi-types.ts'
import { bySubject } from '../../lambdas/shared/h02/catalogue/browse.ts'

type Catalogue = components['schemas']['Catalogue']
type Command = components['schemas']['Command']
type Item = Command['timeline'][number]

/** The direction of bytes; other items have no arrow. */
const arrows: Partial<Record<Item['kind'], string>> = {
  written: '→',
  reply: '←',
  concluded: '=',
  corrected: '=',
}

/** Aligned below the text, after the time and the arrow. */
const indented = (text: string): string => text.replaceAll(/^/gm, ' '.repeat(15))

/** `18:40:01.123 → written: 8050000 20` */
export function lineOf({ at, kind, text, bytes }: Item): string {
  const line = `${at.slice(11, 23)} ${arrows[kind] ?? ' '} ${text}`
  return bytes === null ? line : `${line}\n${indented(bytes.text.replaceAll('\r', ''))}`
}

/** The commands of a device by subject: parameters, danger, wordings, and how often each was answered. */
export function catalogueText({ deviceId, model, firmware, items }: Catalogue): string {
  const who = [deviceId, model ?? 'model unknown', firmware ?? 'firmware unknown: a probe finds it'].join(
    ' · ',
  )
  const groups = bySubject(items).flatMap(({ subject, items: some }) => ['', subject, ...some.map(entryText)])
  return [who, '* is what auto chooses', ...groups].join('\n')
}

function entryText({
  intent,
  title,
  danger,
  params,
  dialects,
  auto,
  otherMakers,
}: Catalogue['items'][number]): string {
  const takes = Object.entries(params.properties).map(([name, param]) => {
    const given = params.required.includes(name) ? `${name}=…` : `[${name}=…]`
    return `${given}${param['x-unit'] === undefined ? '' : ` ${param['x-unit']}`}`
  })
  const known = dialects.map(({ dialect, word, evidence }) => {
    const effect = evidence.tookEffect == null ? '' : `, ${evidence.tookEffect} took effect`
    const count = evidence.tried === 0 ? '' : ` ${evidence.answered} of ${evidence.tried} answered${effect}`
    return `${dialect === auto ? '*' : ''}${dialect} ${word}${count}`
  })
  const flag = flagFor[danger]
  const warning = flag === null ? '' : ` !${danger} (${flag})`
  const others = otherMakers ? ' · other makers' : ''
  return `${intent.padEnd(20)} ${[title, ...takes].join('  ')}${warning}\n${' '.repeat(21)}${known.join(' · ')}${others}`
}

/** The option that a command of this danger requires. */
const flagFor = {
  harmless: null,
  sensitive: '--confirm',
  disruptive: '--confirm',
  dangerous: 'asks first',
} as const

const meanings: Record<NonNullable<Command['verdict']>, string> = {
  undelivered: 'it was not written to the tracker',
  rejected: 'the tracker refused',
  contradicted: 'the opposite of what was asked is observed',
  confirmed: 'it did what was asked: the effect is observed',
  unconfirmed: 'it answered, but the effect did not show',
  answered: 'it answered',
  unknown: 'it is uncertain whether it was written, and no reply or effect came',
  unanswered: 'it was written; no reply that is certainly its own, and no effect came',
}

const waits: Record<NonNullable<Command['waitingFor']>['what'], string> = {
  device: 'the device to be online',
  turn: 'its turn',
  write: 'the gateway to write it',
  reply: 'a reply',
  frame: 'the tracker to send something (it has sent nothing since and may be asleep)',
  effect: 'its effect',
}

/** `It waits for its effect, at most until 18:46:01 UTC.` Empty if it waits for nothing. `now`: ms since 1970. */
export const waitText = ({ waitingFor }: Pick<Command, 'waitingFor'>, now = Date.now()): string =>
  waitingFor == null
    ? ''
    : `It waits for ${waits[waitingFor.what]}, at most until ${clockText(waitingFor.until, now)} UTC.`

/** A time of day, with the date if it is more than 12 hours away. */
const clockText = (iso: string, now: number): string =>
  Date.parse(iso) - now > 43_200_000 ? iso.slice(0, 16).replace('T', ' ') : iso.slice(11, 19)

/** An offline device may come back in a day, which is too long for a person at a terminal. */
const OFFLINE_WAIT_MS = 60_000
/** A command in the queue waits for the commands before it, each for at most a minute. */
const TURN_WAIT_MS = 600_000
/** From the end of a window until its verdict is stored, also if a gateway was lost: the sweep runs once a minute. */
const GRACE_MS = 75_000

/**
 * When to stop watching a command, ms since 1970: after `waitSeconds`, or when its own windows are over. An older API
 * has no `waitingFor`.
 */
export function watchUntil(
  { waitingFor, state }: Pick<Command, 'waitingFor' | 'state'>,
  { startedAt, waitSeconds }: { readonly startedAt: number; readonly waitSeconds: number | null },
): number {
  if (waitSeconds !== null) return startedAt + waitSeconds * 1_000
  if (waitingFor == null) return startedAt + (state === 'queued' ? OFFLINE_WAIT_MS : TURN_WAIT_MS)
  if (waitingFor.what === 'device') return startedAt + OFFLINE_WAIT_MS
  if (waitingFor.what === 'turn') return startedAt + TURN_WAIT_MS
  return Date.parse(waitingFor.until) + GRACE_MS
}

/** The last lines: the verdict, or what it still waits for and how to continue. The reply was printed when it came. */
export function endText(command: Command): string {
  const { conclusion, deviceId, commandId } = command
  const again = `npm run -s command -- ${deviceId}`
  const nextSteps = `Watch it: ${again} --watch ${commandId}\nCancel it: ${again} --cancel ${commandId}`
  if (conclusion === null) return `\nNo verdict yet. ${waitText(command)}\n${nextSteps}`
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
    ...(effectPending ? [`${waitText(command)} That may correct the verdict.\n${nextSteps}`] : []),
  ].join('\n')
}

/** Names of request fields, and the options of this tool that are shown instead. */
const inFlags: readonly (readonly [RegExp, string])[] = [
  [/"confirm": true/g, '--confirm'],
  [/"replace": true/g, '--replace'],
  [/"queue": true/g, '--queue'],
  [/"(?:intent|raw)": "([^"]*)"/g, '$1'],
  [/\/params\/(\w+)/g, '--param $1'],
  [/\/params\b/g, '--param'],
  [/\/dialect\b/g, '--dialect'],
  [/\/expiresInSeconds\b/g, '--expires'],
  [/\bexpiresInSeconds\b/g, '--expires'],
  [/\/intent: /g, ''],
  [/\/raw: /g, 'the text: '],
  [/DELETE \/v1\/devices\/[^/\s]+\/commands\/([\w-]+)/g, '--cancel $1'],
  [/DELETE \/v1\/devices\/[^/\s]+\/commands\b/g, '--cancel all'],
  [/GET \/v1\/devices\/[^/\s]+\/commands\/([\w-]+)/g, '--watch $1'],
  [/GET \/v1\/devices\/[^/\s]+\/catalogue has all/g, '--list shows all'],
  [/name (text|h02) or (text|h02)/g, 'use --dialect $1 or --dialect $2'],
  [/: name (text|h02)/g, ': use --dialect $1'],
]

/** A refusal of the API, with this tool's options instead of request fields. */
export const refusalText = ({ title, detail }: { title?: unknown; detail?: unknown }): string =>
  inFlags.reduce(
    (text, [pattern, flag]) => text.replaceAll(pattern, flag),
    [title, detail].filter((part) => typeof part === 'string').join(': '),
  )
