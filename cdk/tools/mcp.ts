import { readFileSync } from 'node:fs'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { print, printError } from '../print.ts'
import { openApi } from './api-client.ts'
import { HELP, readMcpOptions, type McpOptions } from './mcp/options.ts'
import { createOwnKey } from './own-key.ts'
import { createMcpServer } from './mcp/server.ts'

const action = readMcpOptions(process.argv.slice(2))
switch (action.kind) {
  case 'help':
    print(HELP)
    break
  case 'problem':
    printError(`${action.problem}\n\n${HELP}`)
    process.exitCode = 2
    break
  case 'serve':
    try {
      await serve(action)
    } catch (error) {
      printError(error instanceof Error ? error.message : error)
      process.exitCode = 2
    }
}

/** Standard output carries the protocol, so all messages go to standard error. */
async function serve({ api, allowSensitive }: McpOptions): Promise<void> {
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
}
