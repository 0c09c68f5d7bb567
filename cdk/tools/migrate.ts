import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { print } from '../print.ts'
import { openApi } from './api-client.ts'
import { moveBack } from './migrate/back.ts'
import { createWayBySms, readSmsRows } from './migrate/by-sms.ts'
import { createWayByTraccar } from './migrate/by-traccar.ts'
import { createHere } from './migrate/here.ts'
import { moveHere } from './migrate/move.ts'
import { HELP, readAction, type Action } from './migrate/options.ts'
import { runOneByOne } from './migrate/run.ts'
import type { Way } from './migrate/way.ts'
import { runTool } from './run-tool.ts'
import { createTraccarApi } from './traccar/api.ts'

const clock = { now: Date.now, sleep: (ms: number) => sleep(ms) }

await runTool(HELP, readAction(process.argv.slice(2)), run)

async function run(action: Exclude<Action, { readonly kind: 'help' | 'problem' }>): Promise<number> {
  const here = createHere(openApi(action.api))
  if (action.kind === 'back') {
    const ids = action.ids ?? (await here.listMoved()).map(({ deviceId }) => deviceId)
    return runOneByOne(ids, (deviceId, say) => moveBack(deviceId, { here, clock }, action, say), print)
  }
  const { ids, way } = await startOf(action)
  const mayRegister = async (deviceId: string): Promise<boolean> =>
    action.register || (await askToConfirm(`Register ${deviceId} here? Type yes: `))
  const options = { ...action, mayRegister }
  return runOneByOne(ids, (deviceId, say) => moveHere(deviceId, { here, way, clock }, options, say), print)
}

/** Throws a sentence if the old server does not answer. */
async function startOf(
  action: Extract<Action, { readonly kind: 'traccar' | 'csv' }>,
): Promise<{ ids: readonly string[]; way: Way }> {
  if (action.kind === 'csv') {
    const rows = readSmsRows(action.text)
    const ids = action.ids ?? rows.map(({ deviceId }) => deviceId)
    return { ids, way: createWayBySms(rows, (text) => print(`  ${text}`)) }
  }
  const traccar = createTraccarApi(action.url, action.token)
  await traccar.list()
  return { ids: action.ids ?? [], way: createWayByTraccar(traccar, clock) }
}

async function askToConfirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(question)
  terminal.close()
  return answer.trim().toLowerCase() === 'yes'
}
