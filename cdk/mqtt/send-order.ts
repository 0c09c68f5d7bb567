import { maskText } from '#h02/catalogue/index.ts'
import type { components } from '../../lambdas/api/openapi-types.ts'
import type { ApiClient } from '../tools/api-client.ts'
import type { Level } from './options.ts'
import type { Order } from './order.ts'

type Command = components['schemas']['Command']
type Problem = components['schemas']['Problem'] & { readonly danger?: string }

/** The content of the reply topic of a device. */
export type Reply = {
  /** The command as typed; secrets are masked. */
  readonly command: string
  readonly state: 'refused' | Command['state']
  readonly verdict: Command['verdict']
  readonly reply: string | null
  readonly facts: Readonly<Record<string, unknown>> | null
  /** What the command waits for: the device, its turn, a reply … */
  readonly waiting_for: string | null
  /** Why the command was refused. */
  readonly problem: string | null
  readonly command_id: string | null
  readonly at: string
}

/** Short, so that a pressed button has no effect hours later. */
const EXPIRES_SECONDS = 600
const POLL_MS = 2_000

export const refusedReply = (typed: string, problem: string, at: string): Reply => ({
  command: maskText(typed),
  state: 'refused',
  verdict: null,
  reply: null,
  facts: null,
  waiting_for: null,
  problem,
  command_id: null,
  at,
})

const toReply = (typed: string, command: Command, at: string): Reply => ({
  ...refusedReply(typed, '', at),
  state: command.state,
  verdict: command.verdict,
  reply: command.reply && maskText(command.reply.text),
  facts: command.reply?.facts ?? null,
  waiting_for: command.waitingFor?.what ?? null,
  problem: command.conclusion?.reason ?? null,
  command_id: command.commandId,
})

/** Sends an order through the API, and reports each change until the command has its verdict. */
export async function sendOrder(
  { typed, body }: Order,
  {
    api,
    deviceId,
    level,
    report,
    wait,
    now,
  }: {
    readonly api: ApiClient
    readonly deviceId: string
    readonly level: Level
    readonly report: (reply: Reply) => void
    /** Resolves to true after `ms`, or to false at the end of this program. */
    readonly wait: (ms: number) => Promise<boolean>
    readonly now: () => number
  },
): Promise<void> {
  const iso = (): string => new Date(now()).toISOString()
  const post = (confirm: boolean) =>
    api.POST('/v1/devices/{deviceId}/commands', {
      params: { path: { deviceId } },
      body: { ...body, expiresInSeconds: EXPIRES_SECONDS, ...(confirm && { confirm }) },
    })
  let sent = await post(false)
  const { danger } = (sent.error ?? {}) as Problem
  // Without `confirm` the API sends only harmless commands. `confirm` is only set for a command that the API itself has called
  // sensitive.
  if (sent.response.status === 422 && danger === 'sensitive' && level === 'sensitive') sent = await post(true)
  const made = sent.data
  if (made === undefined) {
    const { detail, title } = (sent.error ?? {}) as Partial<Problem>
    return report(refusedReply(typed, detail ?? title ?? `the API answered ${sent.response.status}`, iso()))
  }
  // The first step of a dangerous command sends nothing, and there is no second step here.
  if (made.state === 'to-confirm')
    return report(refusedReply(typed, 'dangerous commands are never sent from the broker', iso()))
  let command: Command = made
  for (let shown = ''; ;) {
    const { at: _, ...rest } = toReply(typed, command, '')
    if (JSON.stringify(rest) !== shown) report({ ...rest, at: iso() })
    shown = JSON.stringify(rest)
    if (command.state === 'concluded' || !(await wait(POLL_MS))) return
    const { commandId } = command
    const { data } = await api.GET('/v1/devices/{deviceId}/commands/{commandId}', {
      params: { path: { deviceId, commandId } },
    })
    command = data ?? command
  }
}
