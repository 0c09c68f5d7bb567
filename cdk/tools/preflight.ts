import { ConfigError, type Config } from '../config/config.ts'
import { readStage } from '../config/stages.ts'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { makeChecks, type Check, type Finding } from './preflight/checks.ts'

const HELP = `npm run preflight -- --stage prod     checks what a deployment needs, before it

Only reads, with the credentials and the region of your shell. Exit code 1 if a deployment would fail.`

const { values } = readArgs(HELP, { options: { stage: { type: 'string' }, help: { type: 'boolean' } } })
if (values.help) {
  print(HELP)
  process.exit()
}

/** A check that cannot be made is a finding as well: a permission may be missing, or the service may not exist there. */
const findOf = (check: Check, config: Config): Promise<Finding> =>
  check.find(config).catch((error: unknown) => ({
    kind: check.title === 'credentials' ? ('stop' as const) : ('look' as const),
    found: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    todo:
      check.title === 'credentials'
        ? 'Sign in (aws sso login) or set AWS_PROFILE, and set AWS_REGION'
        : 'Not checked; the role that deploys may have the right that you lack',
  }))

const marks = { ok: 'ok  ', look: 'look', stop: 'STOP' } as const
try {
  const config = await readStage(values)
  let isBlocked = false
  for (const check of makeChecks()) {
    const { kind, found, todo } = await findOf(check, config)
    print(`${marks[kind]}  ${check.title}: ${found}`)
    if (todo !== undefined) print(`      ${todo}`)
    if (kind === 'stop') isBlocked = true
    // The other checks need credentials.
    if (kind === 'stop' && check.title === 'credentials') break
  }
  process.exitCode = isBlocked ? 1 : 0
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  printError(error.message)
  process.exitCode = 2
}
