import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CommandAnswer } from '../../lambdas/api/commands/schema.ts'
import { print, printError } from '../print.ts'
import { apiHelp, apiOptions, openApi, type ApiClient } from './api-client.ts'
import { catalogueText, endText, lineOf, type Catalogue } from './command-text.ts'

const help = `npm run -s command -- <device id> <intent or raw text> [options]     ask a tracker, and see what it answers

  npm run -s command -- 9170000000 --list                       what this unit can be asked
  npm run -s command -- 9170000000 status                       an intent of that list
  npm run -s command -- 9170000000 interval-on --param seconds=20
  npm run -s command -- 9170000000 CXZT                         anything else goes out as it stands

  --param NAME=VALUE    a parameter of an intent; again for more
  --dialect auto        or text, or h02: how to say it
  --wait 60             seconds to watch; the command lives on without us
  --confirm             yes to a sensitive or disruptive command
  --yes                 yes to a dangerous command, without being asked on the terminal
  --queue               lets a disruptive command wait until the device is online
  --replace             instead of the same command that waits already
  --expires SECONDS     how long it may wait for the device
  --list                the commands of this device, and what is known of them
  --json                print the command as JSON at the end, and nothing else
${apiHelp}

Exit code 0 when it was answered or confirmed, 1 when not (or not yet), 2 when it was not understood.`

const lookEveryMs = 200

const { values, positionals } = readArguments()
const [deviceId, ...words] = positionals
if (values.help || deviceId === undefined || (words.length === 0 && !values.list)) {
  print(help)
  process.exit(values.help ? 0 : 2)
}
try {
  process.exitCode = await run(openApi(values), deviceId, words.join(' '))
} catch (error) {
  printError(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ...apiOptions,
        param: { type: 'string', multiple: true, default: [] },
        dialect: { type: 'string' },
        wait: { type: 'string', default: '60' },
        expires: { type: 'string' },
        confirm: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        queue: { type: 'boolean', default: false },
        replace: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    printError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    process.exit(2)
  }
}

async function run(api: ApiClient, deviceId: string, wanted: string): Promise<number> {
  const path = `/v1/devices/${encodeURIComponent(deviceId)}`
  const catalogue = (await ask(api, 'GET', `${path}/catalogue`)) as unknown as Catalogue
  if (values.list) {
    print(values.json ? JSON.stringify(catalogue, null, 2) : catalogueText(catalogue))
    return 0
  }
  const made = await ask(api, 'POST', `${path}/commands`, bodyOf(catalogue, wanted))
  const command = 'confirmation' in made ? await confirm(api, path, made.confirmation as Confirmation) : made
  if (command === null) return 1
  return watch(api, `${path}/commands/${String(command.commandId)}`)
}

/** An intent where the catalogue has it, else the text itself. */
function bodyOf({ items }: Catalogue, wanted: string): object {
  const isIntent = items.some(({ intent }) => intent === wanted)
  const params = Object.fromEntries(
    values.param.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new Error(`--param takes NAME=VALUE, not "${pair}"`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
  if (!isIntent && values.param.length > 0) {
    throw new Error(
      `"${wanted}" is no intent of this device, and raw text has no parameters; --list shows the intents`,
    )
  }
  return {
    ...(isIntent ? { intent: wanted, params } : { raw: wanted }),
    ...(values.dialect !== undefined && { dialect: values.dialect }),
    ...(values.expires !== undefined && { expiresInSeconds: Number(values.expires) }),
    ...(values.confirm && { confirm: true }),
    ...(values.queue && { queue: true }),
    ...(values.replace && { replace: true }),
  }
}

type Confirmation = { readonly token: string; readonly detail: string; readonly title: string }

/** The second step of a dangerous command, after a person has seen how fast the car goes. */
async function confirm(api: ApiClient, path: string, { token, title, detail }: Confirmation) {
  printError(`${title}: this acts on a car that may be moving.\n${detail}`)
  if (!values.yes && !(await sayYes())) {
    printError('Nothing was sent.')
    return null
  }
  return ask(api, 'POST', `${path}/commands/confirm`, { token })
}

async function sayYes(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    printError('Nobody can be asked here: --yes says it beforehand.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const said = await terminal.question('Send it? Type yes: ')
  terminal.close()
  return said.trim().toLowerCase() === 'yes'
}

/** Prints what happens as it happens, until there is a verdict or our patience ends. */
async function watch(api: ApiClient, path: string): Promise<number> {
  const until = Date.now() + Number(values.wait) * 1_000
  const told = new Set<string>()
  for (;;) {
    const command = (await ask(api, 'GET', path)) as unknown as CommandAnswer
    for (const item of command.timeline) {
      if (!told.has(item.id) && !values.json) print(lineOf(item))
      told.add(item.id)
    }
    if (command.conclusion !== null || Date.now() >= until) {
      print(values.json ? JSON.stringify(command, null, 2) : endText(command, `${api.url}${path}`))
      return command.verdict === 'answered' || command.verdict === 'confirmed' ? 0 : 1
    }
    await sleep(lookEveryMs)
  }
}

/** The body of an answer; a refusal ends the program with what would be accepted. */
async function ask(api: ApiClient, method: string, path: string, body?: unknown) {
  const answer = await api.call(method, path, body)
  if (answer.status < 400) return answer.body
  const { title, detail } = answer.body as { title?: string; detail?: string }
  throw new Error(`${title ?? `refused (${answer.status})`}: ${detail ?? ''}`)
}
