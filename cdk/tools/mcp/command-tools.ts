import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { maskText, namesOf, nearestIntents } from '#h02/catalogue/index.ts'
import type { components } from '../../../lambdas/api/openapi-types.ts'
import type { ApiClient } from '../api-client.ts'
import { answering, dataOf, refuse } from './answer.ts'
import { deviceId } from './read-tools.ts'

type Client = () => Promise<ApiClient>
type Entry = components['schemas']['CatalogueEntry']
type Command = components['schemas']['Command']
export type Allowed = { readonly allowSensitive: boolean }

/** Commands that the person has to send: by `npm run -s command`, the console, or the API. */
const BY_PERSON =
  'A person can send it in the console or with npm run -s command; this tool cannot. Do not retry.'

const isAllowed = (danger: Entry['danger'], { allowSensitive }: Allowed): boolean =>
  danger === 'harmless' || (danger === 'sensitive' && allowSensitive)

/** Why the command is refused, and what the assistant can do about it. */
function refuseDanger(title: string | null, danger: Entry['danger']): never {
  switch (danger) {
    case 'dangerous':
      return refuse(`"${title}" acts on a car that may be moving. It is never sent from here.`, BY_PERSON)
    case 'disruptive':
      return refuse(`"${title}" may make the tracker unreachable. It is never sent from here.`, BY_PERSON)
    default:
      return refuse(
        `"${title}" is ${danger}: it changes who is called, or what is reported.`,
        'Ask the person first. They can allow it by starting this MCP server with --allow sensitive.',
      )
  }
}

/** The state of a command. Its reply is shown without passwords and phone numbers, even if the key may see them. */
const shownOf = (command: Command) => ({
  commandId: command.commandId,
  intent: command.intent,
  state: command.state,
  verdict: command.verdict,
  reply: command.reply && maskText(command.reply.text),
  waitingFor: command.waitingFor,
  conclusion: command.conclusion && {
    reason: command.conclusion.reason,
    likely: command.conclusion.likely,
    late: command.conclusion.late,
    effectPending: command.conclusion.effectPending,
  },
  timeline: command.timeline.map(({ at, text }) => `${at} ${maskText(text)}`),
})

async function catalogueOf(client: Client, deviceId: string): Promise<components['schemas']['Catalogue']> {
  const params = { path: { deviceId } }
  return dataOf((await client()).GET('/v1/devices/{deviceId}/catalogue', { params }))
}

export function addCommandTools(server: McpServer, client: Client, allowed: Allowed): void {
  server.registerTool(
    'command_catalogue',
    {
      title: 'Commands of a device',
      description:
        'Every command that the device may know: its intent, parameters, danger, whether send_command sends it, and how often this firmware answered.',
      inputSchema: { deviceId, q: z.string().optional().describe('A word in the intent, title or summary') },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ deviceId, q }) =>
      answering(async () => {
        const { model, firmware, items } = await catalogueOf(client, deviceId)
        const word = q?.toLowerCase() ?? ''
        const found = items.filter(({ intent, title, summary }) =>
          `${intent} ${title} ${summary}`.toLowerCase().includes(word),
        )
        const commands = found.map(({ intent, title, summary, danger, params, dialects }) => ({
          intent,
          title,
          summary,
          danger,
          sendable: isAllowed(danger, allowed),
          params: params.properties,
          required: params.required,
          answered: dialects.map(
            ({ dialect, evidence }) => `${dialect}: ${evidence.answered} of ${evidence.tried}`,
          ),
        }))
        return { deviceId, model, firmware, commands }
      }),
  )

  server.registerTool(
    'send_command',
    {
      title: 'Send a command',
      description: `Sends a command to a device and waits for what comes of it. Only harmless commands${allowed.allowSensitive ? ' and sensitive ones' : ''}: reads, intervals, restart, fuel restore. The verdict says what was observed: answered is not confirmed, and unanswered is not failed.`,
      inputSchema: {
        deviceId,
        intent: z.string().min(1).describe('An intent of command_catalogue, such as read-status'),
        params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
        dialect: z
          .enum(['auto', 'text', 'h02'])
          .default('auto')
          .describe('The wording; auto takes the one that this firmware answers'),
        waitSeconds: z.int().min(0).max(25).default(20),
      },
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: true,
      },
    },
    ({ deviceId, intent, params, dialect, waitSeconds }) =>
      answering(async () => {
        const { items } = await catalogueOf(client, deviceId)
        const entry = items.find((one) => one.intent === intent)
        if (entry === undefined) {
          const nearest = nearestIntents(intent, items.map(namesOf))
          const hint = nearest.length > 0 ? `Nearest: ${nearest.join(', ')}.` : ''
          return refuse(
            `"${intent}" is not a command.`,
            hint,
            'command_catalogue lists all. Raw text is not sent from here.',
          )
        }
        if (!isAllowed(entry.danger, allowed)) refuseDanger(entry.title, entry.danger)
        return send({ deviceId, intent, params, dialect, waitSeconds, title: entry.title })
      }),
  )

  /**
   * Without `confirm` the API sends only harmless commands. It is set only for a command that the API itself has called
   * sensitive.
   */
  const send = async (order: CommandOrder): Promise<unknown> => {
    const first = await post(await client(), order, false)
    const { danger } = (first.error ?? {}) as { danger?: Entry['danger'] }
    if (first.response.status !== 422 || danger === undefined)
      return shownOf(requireCommand(await dataOf(Promise.resolve(first))))
    if (!isAllowed(danger, allowed)) refuseDanger(order.title, danger)
    return shownOf(requireCommand(await dataOf(post(await client(), order, true))))
  }

  server.registerTool(
    'get_command',
    {
      title: 'What became of a command',
      description: 'State, verdict and timeline of a command that was sent before.',
      inputSchema: { deviceId, commandId: z.string().min(1) },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ deviceId, commandId }) =>
      answering(async () => {
        const params = { path: { deviceId, commandId } }
        return shownOf(
          await dataOf((await client()).GET('/v1/devices/{deviceId}/commands/{commandId}', { params })),
        )
      }),
  )
}

type Made =
  Command | { readonly state: 'to-confirm'; readonly confirmation: components['schemas']['Confirmation'] }

type CommandOrder = {
  readonly deviceId: string
  readonly intent: string
  readonly params: Readonly<Record<string, string | number>>
  readonly dialect: 'auto' | 'text' | 'h02'
  readonly waitSeconds: number
  readonly title: string
}

const post = (
  api: ApiClient,
  { deviceId, intent, params, dialect, waitSeconds }: CommandOrder,
  confirm: boolean,
) =>
  api.POST('/v1/devices/{deviceId}/commands', {
    params: {
      path: { deviceId },
      ...(waitSeconds > 0 && { header: { prefer: `wait=${waitSeconds}` } }),
    },
    body: { intent, params, dialect, ...(confirm && { confirm }) },
  })

/** The first step of a dangerous command sends nothing, and this server has no second step. */
function requireCommand(made: Made): Command {
  return made.state === 'to-confirm' ? refuseDanger(made.confirmation.title, 'dangerous') : made
}
