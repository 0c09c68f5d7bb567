import { parseArgs } from 'node:util'
import { apiOptions } from '../api-client.ts'

export const HELP = `npm run -s mcp -- [options]     a server of the Model Context Protocol on standard input and output, for assistants

  npm run -s mcp
  npm run -s mcp -- --url https://api.example.com --key KEY --allow sensitive

It reads the fleet and sends harmless commands. Dangerous and disruptive ones are never sent, even if the key may send them.

  --allow sensitive     also send sensitive commands: phone numbers, alarms off, disarm, listen-in
  --data .data          data folder of a running embedded mode (npm start): its address and admin key are found there
  --url URL --key KEY   another API, such as a stack on AWS; also in H02_API_URL and H02_API_KEY
  --help

With an admin key it makes a key of its own with the scopes read and command, and deletes that key when it ends.`

export type McpOptions = {
  readonly allowSensitive: boolean
  readonly api: {
    readonly data: string
    readonly url?: string | undefined
    readonly key?: string | undefined
  }
}
type McpAction =
  | { readonly kind: 'help' }
  | { readonly kind: 'problem'; readonly problem: string }
  | ({ readonly kind: 'serve' } & McpOptions)

/** Parses the arguments. Never throws. */
export function readMcpOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): McpAction {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...apiOptions,
        allow: { type: 'string', multiple: true, default: [] as string[] },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { kind: 'help' }
    const wrong = values.allow.find((danger) => danger !== 'sensitive')
    if (wrong !== undefined)
      return {
        kind: 'problem',
        problem: `--allow must be sensitive, not "${wrong}": more is never sent from here.`,
      }
    const url = values.url ?? env['H02_API_URL']
    const key = values.key ?? env['H02_API_KEY']
    return { kind: 'serve', allowSensitive: values.allow.length > 0, api: { data: values.data, url, key } }
  } catch (error) {
    return { kind: 'problem', problem: error instanceof Error ? error.message : String(error) }
  }
}
