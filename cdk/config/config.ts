import { findConflicts } from './conflicts.ts'
import type { Setting } from './readers.ts'
import { settings, type Config } from './settings.ts'

export { settings, type Config, type Values } from './settings.ts'

/** Says everything that is wrong at once, each with what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

const isSetting = (name: string): name is keyof Config => Object.hasOwn(settings, name)

/** Defaults, then the team's values, then what the command line says (`-c name=value`, always text). */
export function readConfig(
  values: Readonly<Record<string, unknown>>,
  fromCommandLine: Readonly<Record<string, unknown>> = {},
): Config {
  const problems: string[] = []
  for (const name of Object.keys(values).filter((name) => !isSetting(name))) {
    problems.push(`${name} is no setting; there are ${Object.keys(settings).join(', ')}`)
  }
  const read = ([name, { byDefault, read, accepts }]: [string, Setting<unknown>]): [string, unknown] => {
    const given = fromCommandLine[name] ?? values[name]
    if (given === undefined) return [name, byDefault]
    const value = read(given)
    if (value === undefined) problems.push(`${name} takes ${accepts}, not ${JSON.stringify(given)}`)
    return [name, value]
  }
  const config = Object.fromEntries(
    Object.entries(settings as Record<string, Setting<unknown>>).map(read),
  ) as Config
  if (problems.length === 0) problems.push(...findConflicts(config))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}
