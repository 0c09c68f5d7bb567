import { parseArgs } from 'node:util'
import type { components } from '../../lambdas/api/openapi-types.ts'
import { namesOf, readTyped } from '../../lambdas/shared/h02/catalogue/nearest.ts'
import { API_HELP, apiOptions } from './api-client.ts'

export const HELP = `npm run -s command -- <device id> <intent or text> [options]     sends a command and prints its result

  npm run -s command -- 9170000000 --list                           the commands of this device
  npm run -s command -- 9170000000 read-status                      an intent of that list
  npm run -s command -- 9170000000 interval-on --param seconds=20   an intent with a parameter
  npm run -s command -- 9170000000 CXZT                             text, sent as it is
  npm run -s command -- 9170000000 VERSION --raw --confirm          text that looks like an intent, sent as it is
  npm run -s command -- 9170000000 --watch last                     the newest command and its result
  npm run -s command -- 9170000000 --cancel last                    do not wait for it any longer

  --param NAME=VALUE    a parameter of an intent; repeat it for more
  --dialect auto        the wording of an intent: auto, text or h02
  --raw                 send the text as it is, even if it looks like an intent
  --wait SECONDS        how long to watch; the command goes on after that. By default until the verdict: as long as the command
                        waits for its turn, its reply and its effect, but only 60 s while the device is offline
  --confirm             send a sensitive or disruptive command
  --yes                 send a dangerous command without a question on the terminal
  --queue               let a disruptive command wait until the device is online
  --replace             cancel the same command if it already waits, and send this one
  --expires SECONDS     how long the command may wait for the device (default: a day)
  --list                the commands of this device, by subject, and how often they were answered
  --watch ID            watch a command that was sent before; last: the newest one
  --cancel ID           cancel a command, or stop watching its effect; last: the newest one; all: all that wait
  --json                print JSON at the end, and nothing else
${API_HELP}

Exit code
  0   answered or confirmed; with --cancel: cancelled
  1   another verdict, or none yet
  2   nothing was sent: invalid options or refused. Also when the API cannot be reached`

/** The options `--data`, `--url` and `--key` for reaching the API. */
type ApiAddress = {
  readonly data: string
  readonly url: string | undefined
  readonly key: string | undefined
}

type Common = { readonly deviceId: string; readonly api: ApiAddress; readonly json: boolean }

/** A command to send, as typed. */
type TypedCommand = {
  readonly typed: string
  readonly params: Readonly<Record<string, string>>
  readonly isRaw: boolean
  readonly dialect: string | null
  readonly expiresInSeconds: number | null
  readonly confirm: boolean
  readonly queue: boolean
  readonly replace: boolean
}

export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'problem'; readonly problem: string }
  | ({ readonly kind: 'list' } & Common)
  | ({ readonly kind: 'cancel'; readonly commandId: string } & Common)
  /** `waitSeconds` is null: as long as the command's own windows. */
  | ({ readonly kind: 'watch'; readonly commandId: string; readonly waitSeconds: number | null } & Common)
  | ({
      readonly kind: 'send'
      readonly command: TypedCommand
      readonly yes: boolean
      readonly waitSeconds: number | null
    } & Common)

const options = {
  ...apiOptions,
  param: { type: 'string', multiple: true, default: [] as string[] },
  dialect: { type: 'string' },
  raw: { type: 'boolean', default: false },
  wait: { type: 'string' },
  expires: { type: 'string' },
  confirm: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  queue: { type: 'boolean', default: false },
  replace: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  watch: { type: 'string' },
  cancel: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const problem = (text: string): CommandLine => ({ kind: 'problem', problem: text })

/** Parses the arguments. Never throws. */
export function readCommandLine(args: readonly string[]): CommandLine {
  let parsed
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    return problem(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (values.help) return { kind: 'help' }
  const [deviceId, ...words] = positionals
  if (deviceId === undefined) return problem('The device id is missing.')
  if (!/^\d{1,15}$/.test(deviceId))
    return problem(`The device id must be 1 to 15 digits, as the tracker sends it, not "${deviceId}".`)
  const typed = words.join(' ')
  const actions = [values.list && '--list', values.watch !== undefined && '--watch']
    .concat(values.cancel !== undefined && '--cancel', typed !== '' && `"${typed}"`)
    .filter((action) => action !== false)
  if (actions.length === 0) return problem('The command is missing: an intent, a text, or --list.')
  if (actions.length > 1) return problem(`${actions.join(' and ')} do not go together.`)
  const waitSeconds = numberOf(values.wait)
  if (waitSeconds === false) return problem(`--wait must be seconds, not "${values.wait}".`)
  const expiresInSeconds = numberOf(values.expires)
  if (expiresInSeconds === false) return problem(`--expires must be seconds, not "${values.expires}".`)
  const { data, url, key, json } = values
  const common = { deviceId, api: { data, url, key }, json }
  if (values.list) return { kind: 'list', ...common }
  if (values.watch !== undefined) return { kind: 'watch', commandId: values.watch, waitSeconds, ...common }
  if (values.cancel !== undefined) return { kind: 'cancel', commandId: values.cancel, ...common }
  const pairs = values.param.map((pair) => [pair, pair.indexOf('=')] as const)
  const wrong = pairs.find(([, at]) => at < 1)
  if (wrong !== undefined) return problem(`--param must be NAME=VALUE, not "${wrong[0]}".`)
  return {
    kind: 'send',
    ...common,
    waitSeconds,
    yes: values.yes,
    command: {
      typed,
      params: Object.fromEntries(pairs.map(([pair, at]) => [pair.slice(0, at), pair.slice(at + 1)])),
      isRaw: values.raw,
      dialect: values.dialect ?? null,
      expiresInSeconds,
      confirm: values.confirm,
      queue: values.queue,
      replace: values.replace,
    },
  }
}

/** Null if it is absent; false if it is not a number of seconds. */
const numberOf = (text: string | undefined): number | null | false =>
  text === undefined
    ? null
    : /^\d+(\.\d+)?$/.test(text) && Number.isFinite(Number(text))
      ? Number(text)
      : false

type Catalogue = components['schemas']['Catalogue']

type OrderBody =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string }

/** The body of the request: an intent of the catalogue, or the text itself. Text that looks like an intent is refused. */
export function orderOf(
  { typed, params, isRaw, dialect, expiresInSeconds, confirm, queue, replace }: TypedCommand,
  { items }: Pick<Catalogue, 'items'>,
): OrderBody {
  const read = isRaw ? ({ kind: 'raw' } as const) : readTyped(typed, items.map(namesOf))
  if (read.kind === 'unclear') return { ok: false, problem: unclearText(typed, read.nearest, items) }
  if (read.kind === 'raw' && Object.keys(params).length > 0) {
    return {
      ok: false,
      problem: `"${typed}" is sent as raw text, which has no --param; --list shows the intents.`,
    }
  }
  return {
    ok: true,
    body: {
      ...(read.kind === 'intent' ? { intent: read.intent, params } : { raw: typed }),
      ...(dialect !== null && { dialect }),
      ...(expiresInSeconds !== null && { expiresInSeconds }),
      ...(confirm && { confirm }),
      ...(queue && { queue }),
      ...(replace && { replace }),
    },
  }
}

function unclearText(typed: string, nearest: readonly string[], items: Catalogue['items']): string {
  const [best] = nearest
  const entry = items.find(({ intent }) => intent === best)
  const [param] = Object.keys(entry?.params.properties ?? {})
  const named = typed.toLowerCase().replaceAll(/[\s_=-]+/g, '-')
  const hasMore = best !== undefined && named.startsWith(`${best}-`)
  return [
    `"${typed}" is not a command.`,
    nearest.length > 0 && `Nearest: ${nearest.join(', ')}.`,
    hasMore && param !== undefined && `Parameters go with --param, such as --param ${param}=….`,
    '--list shows all commands; --raw sends the text as it is.',
  ]
    .filter((part) => part !== false)
    .join(' ')
}
