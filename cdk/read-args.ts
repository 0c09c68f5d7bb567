import { parseArgs, type ParseArgsConfig } from 'node:util'
import { printError } from './print.ts'

/** Reads the command line of a tool. If it is not valid, prints why, with the help of the tool, and ends with exit code 2. */
export function readArgs<const Config extends ParseArgsConfig>(
  help: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    printError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    process.exit(2)
  }
}
