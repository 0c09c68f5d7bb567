import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { components } from '../../lambdas/api/openapi-types.ts'
import { print, printError } from '../print.ts'
import { accepted, openApi, type ApiClient } from './api-client.ts'
import { HELP, orderOf, readCommandLine, type CommandLine } from './command-line.ts'
import { catalogueText, endText, lineOf, refusalText, waitText, watchUntil } from './command-text.ts'
import { runTool } from './run-tool.ts'

const POLL_MS = 250
/** After this time it polls once per second. */
const OFTEN_MS = 30_000

await runTool(HELP, readCommandLine(process.argv.slice(2)), run)

/** Returns the exit code. Throws a sentence if the command is refused. */
async function run(line: Exclude<CommandLine, { readonly kind: 'help' | 'problem' }>): Promise<number> {
  const api = openApi(line.api)
  const { deviceId } = line
  if (line.kind === 'cancel') return cancel(api, line)
  if (line.kind === 'watch') return watch(api, await resolveId(api, line), line)
  const path = { deviceId }
  const catalogue = await ask(api.GET('/v1/devices/{deviceId}/catalogue', { params: { path } }))
  if (line.kind === 'list') {
    print(line.json ? JSON.stringify(catalogue, null, 2) : catalogueText(catalogue))
    return 0
  }
  const order = orderOf(line.command, catalogue)
  if (!order.ok) throw new Error(order.problem)
  const made = await ask(api.POST('/v1/devices/{deviceId}/commands', { params: { path }, body: order.body }))
  const command =
    made.state === 'to-confirm' ? await confirm(api, deviceId, made.confirmation, line.yes) : made
  return command === null ? 1 : watch(api, command.commandId, line)
}

/** The second step of a dangerous command, after a person has seen the car's speed. Null if nothing was sent. */
async function confirm(
  api: ApiClient,
  deviceId: string,
  { token, title, detail }: components['schemas']['Confirmation'],
  yes: boolean,
) {
  printError(`${title}: this acts on a car that may be moving.\n${detail}`)
  if (!yes && !(await confirmByTyping())) {
    printError('Nothing was sent.')
    return null
  }
  const params = { path: { deviceId } }
  return ask(api.POST('/v1/devices/{deviceId}/commands/confirm', { params, body: { token } }))
}

async function confirmByTyping(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    printError('Input is not a terminal, so the question cannot be asked. Use --yes to confirm.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question('Send it? Type yes: ')
  terminal.close()
  return answer.trim().toLowerCase() === 'yes'
}

type Watching = Extract<CommandLine, { readonly kind: 'send' | 'watch' }>

/** Prints events as they come, until there is a verdict or the time is over. */
async function watch(
  api: ApiClient,
  commandId: string,
  { deviceId, kind, waitSeconds, json }: Watching,
): Promise<number> {
  const startedAt = Date.now()
  const printLine = (text: string): void => {
    if (!json) print(text)
  }
  const printed = new Set<string>()
  let reply: string | null = null
  let waitsFor: string | null = null
  for (;;) {
    const params = { path: { deviceId, commandId } }
    const command = await ask(api.GET('/v1/devices/{deviceId}/commands/{commandId}', { params }))
    for (const item of command.timeline) {
      if (!printed.has(item.id)) printLine(lineOf(item))
      printed.add(item.id)
    }
    if (command.reply !== null && command.reply.text !== reply) {
      reply = command.reply.text
      printLine(`\n${reply.replaceAll('\r', '')}\n`)
    }
    // A concluded command whose effect is still watched is only followed if someone asked to watch it.
    const isOver = command.conclusion !== null && (kind === 'send' || command.waitingFor == null)
    if (isOver || Date.now() >= watchUntil(command, { startedAt, waitSeconds })) {
      print(json ? JSON.stringify(command, null, 2) : endText(command))
      return command.verdict === 'answered' || command.verdict === 'confirmed' ? 0 : 1
    }
    const wait = command.waitingFor?.what ?? null
    if (wait !== null && wait !== waitsFor) printLine(`${' '.repeat(15)}${waitText(command)}`)
    waitsFor = wait
    await sleep(Date.now() - startedAt < OFTEN_MS ? POLL_MS : 1_000)
  }
}

async function cancel(
  api: ApiClient,
  line: Extract<CommandLine, { readonly kind: 'cancel' }>,
): Promise<number> {
  const { deviceId, json } = line
  if (line.commandId === 'all') {
    const params = { path: { deviceId } }
    const answer = await ask(api.DELETE('/v1/devices/{deviceId}/commands', { params }))
    print(json ? JSON.stringify(answer, null, 2) : `${answer.cancelled.length} waiting commands cancelled`)
    return 0
  }
  const commandId = await resolveId(api, line)
  const params = { path: { deviceId, commandId } }
  const command = await ask(api.DELETE('/v1/devices/{deviceId}/commands/{commandId}', { params }))
  if (json) print(JSON.stringify(command, null, 2))
  else if (command.conclusion === null) print(`Its effect is not watched any longer. ${waitText(command)}`)
  else print(`${commandId} cancelled.\n${endText(command)}`)
  return 0
}

/** Resolves the word `last` to the id of the device's newest command. */
async function resolveId(
  api: ApiClient,
  { deviceId, commandId }: { readonly deviceId: string; readonly commandId: string },
): Promise<string> {
  if (commandId !== 'last') return commandId
  const params = { path: { deviceId }, query: { limit: 1 } }
  const { items } = await ask(api.GET('/v1/devices/{deviceId}/commands', { params }))
  const [newest] = items
  if (newest === undefined) throw new Error('No command was ever sent to this device.')
  return newest.commandId
}

/** Throws the API's refusal in terms of this command line. */
async function ask<Data>(sent: Parameters<typeof accepted<Data>>[0]): Promise<Data> {
  return accepted(sent, refusalText)
}
