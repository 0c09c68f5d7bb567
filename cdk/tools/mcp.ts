import { readFileSync } from 'node:fs'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { printError } from '../print.ts'
import { openApi } from './api-client.ts'
import { HELP, readMcpOptions, type McpOptions } from './mcp/options.ts'
import { createMcpServer } from './mcp/server.ts'
import { createOwnKey } from './own-key.ts'
import { runTool } from './run-tool.ts'

await runTool(HELP, readMcpOptions(process.argv.slice(2)), serve)

/** Standard output carries the protocol, so all messages go to standard error. It serves until its input ends. */
async function serve({ api, allowSensitive }: McpOptions): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const own = createOwnKey('MCP', openApi(api))
  const server = createMcpServer(own.client, version, { allowSensitive })
  let isEnding = false
  const end = async (): Promise<void> => {
    if (isEnding) return
    isEnding = true
    // If the API does not answer, the key still expires within a week.
    await own.end().catch(printError)
    await server.close()
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end())
  process.stdin.on('end', () => void end())
  await server.connect(new StdioServerTransport())
  return 0
}
