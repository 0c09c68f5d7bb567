import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandAnswer } from '../../lambdas/api/commands/schema.ts'
import { print, printError } from '../print.ts'
import { openApi, type ApiClient } from './api-client.ts'
import { HELP, orderOf, readCommandLine, type CommandLine } from './command-line.ts'
import {
  catalogueText,
  endText,
  lineOf,
  refusalText,
  waitText,
  watchUntil,
  type Catalogue,
} from './command-text.ts'

const POLL_MS = 250
/** After this long, polls are a second apart. */
const OFTEN_MS = 30_000

const line = readCommandLine(process.argv.slice(2))
try {
  process.exitCode = await run(line)
} catch (error) {
  printError(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

/** The exit code. Throws a sentence for what is refused. */
async function run(line: CommandLine): Promise<number> {
  if (line.kind === 'help') {
    print(HELP)
    return 0
  }
  if (line.kind === 'problem') {
    printError(`${line.problem}\n\n${HELP}`)
    return 2
  }
  const api = openApi(line.api)
  const path = `/v1/devices/${encodeURIComponent(line.deviceId)}`
  if (line.kind === 'cancel') return cancel(api, path, line)
  if (line.kind === 'watch') {
    const commandId = await resolveId(api, path, line.commandId)
    return watch(api, `${path}/commands/${commandId}`, line)
  }
  const catalogue = (await ask(api, 'GET', `${path}/catalogue`)) as unknown as Catalogue
  if (line.kind === 'list') {
    print(line.json ? JSON.stringify(catalogue, null, 2) : catalogueText(catalogue))
    return 0
  }
  const order = orderOf(line.wanted, catalogue)
  if (!order.ok) throw new Error(order.problem)
  const made = await ask(api, 'POST', `${path}/commands`, order.body)
  const command =
    'confirmation' in made ? await confirm(api, path, made.confirmation as Confirmation, line.yes) : made
  if (command === null) return 1
  return watch(api, `${path}/commands/${String(command.commandId)}`, line)
}

type Confirmation = { readonly token: string; readonly detail: string; readonly title: string }

/** The second step of a dangerous command, after a person has seen how fast the car goes; null: nothing was sent. */
async function confirm(api: ApiClient, path: string, { token, title, detail }: Confirmation, yes: boolean) {
  printError(`${title}: this acts on a car that may be moving.\n${detail}`)
  if (!yes && !(await sayYes())) {
    printError('Nothing was sent.')
    return null
  }
  return ask(api, 'POST', `${path}/commands/confirm`, { token })
}

async function sayYes(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    printError('This is no terminal, so no one can be asked: --yes answers the question.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question('Send it? Type yes: ')
  terminal.close()
  return answer.trim().toLowerCase() === 'yes'
}

type Watching = Extract<CommandLine, { readonly kind: 'send' | 'watch' }>

/** Prints what happens as it happens, until there is a verdict or the time is up. */
async function watch(api: ApiClient, path: string, { kind, waitSeconds, json }: Watching): Promise<number> {
  const startedAt = Date.now()
  const say = (text: string): void => {
    if (!json) print(text)
  }
  const printed = new Set<string>()
  let reply: string | null = null
  let waitsFor: string | null = null
  for (;;) {
    const command = (await ask(api, 'GET', path)) as unknown as CommandAnswer
    for (const item of command.timeline) {
      if (!printed.has(item.id)) say(lineOf(item))
      printed.add(item.id)
    }
    if (command.reply !== null && command.reply.text !== reply) {
      reply = command.reply.text
      say(`\n${reply.replaceAll('\r', '')}\n`)
    }
    // What was concluded while its effect is still watched goes on only for those who asked to watch it.
    const isOver = command.conclusion !== null && (kind === 'send' || command.waitingFor == null)
    if (isOver || Date.now() >= watchUntil(command, { startedAt, waitSeconds })) {
      print(json ? JSON.stringify(command, null, 2) : endText(command))
      return command.verdict === 'answered' || command.verdict === 'confirmed' ? 0 : 1
    }
    const wait = command.waitingFor?.what ?? null
    if (wait !== null && wait !== waitsFor) say(`${' '.repeat(15)}${waitText(command)}`)
    waitsFor = wait
    await sleep(Date.now() - startedAt < OFTEN_MS ? POLL_MS : 1_000)
  }
}

async function cancel(
  api: ApiClient,
  path: string,
  { commandId: wanted, json }: Extract<CommandLine, { readonly kind: 'cancel' }>,
): Promise<number> {
  if (wanted === 'all') {
    const answer = await ask(api, 'DELETE', `${path}/commands`)
    const { cancelled } = answer as { cancelled: readonly CommandAnswer[] }
    print(json ? JSON.stringify(answer, null, 2) : `${cancelled.length} waiting commands cancelled`)
    return 0
  }
  const commandId = await resolveId(api, path, wanted)
  const answer = await ask(api, 'DELETE', `${path}/commands/${commandId}`)
  const command = answer as unknown as CommandAnswer
  if (json) print(JSON.stringify(command, null, 2))
  else if (command.conclusion === null) print(`Its effect is not watched any longer. ${waitText(command)}`)
  else print(`${commandId} cancelled.\n${endText(command)}`)
  return 0
}

/** `last` is the newest command of the device. */
async function resolveId(api: ApiClient, path: string, commandId: string): Promise<string> {
  if (commandId !== 'last') return encodeURIComponent(commandId)
  const { items } = (await ask(api, 'GET', `${path}/commands?limit=1`)) as unknown as {
    items: readonly CommandAnswer[]
  }
  const [newest] = items
  if (newest === undefined) throw new Error('No command was ever sent to this device.')
  return newest.commandId
}

/** The body of an answer; a refusal ends the program with what would be accepted. */
async function ask(api: ApiClient, method: string, path: string, body?: unknown) {
  const answer = await api.call(method, path, body)
  if (answer.status < 400) return answer.body
  throw new Error(refusalText(answer.body))
}
