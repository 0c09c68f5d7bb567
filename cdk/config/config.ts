import { findConflicts } from './conflicts.ts'
import type { Setting } from './readers.ts'
import { settings, sizeDefaults, type Config } from './settings.ts'

export { settings, type Config, type Values } from './settings.ts'

/** Lists all problems at once, each with the values that are accepted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

/** The setting with the smallest edit distance to `name`, ignoring case. */
function nearestSetting(name: string): string {
  const [nearest] = Object.keys(settings).toSorted((a, b) => editsBetween(name, a) - editsBetween(name, b))
  return nearest!
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()]
  let row = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}

const isSetting = (name: string): name is keyof Config => Object.hasOwn(settings, name)

/** Merges defaults, the team's values and the command line (`-c name=value`, always text), in this order. */
export function readConfig(
  values: Readonly<Record<string, unknown>>,
  fromCommandLine: Readonly<Record<string, unknown>> = {},
): Config {
  const problems: string[] = []
  for (const name of [...Object.keys(values), ...Object.keys(fromCommandLine)].filter(
    (name) => !isSetting(name),
  )) {
    problems.push(`${name} is not a setting. Did you mean ${nearestSetting(name)}?`)
  }
  const size = settings.size.read(fromCommandLine.size ?? values.size) ?? 'standard'
  const bySize: Readonly<Record<string, unknown>> = sizeDefaults[size]
  const read = ([name, { byDefault, read, accepts }]: [string, Setting<unknown>]): [string, unknown] => {
    const given = fromCommandLine[name] ?? values[name]
    if (given === undefined) return [name, bySize[name] ?? byDefault]
    const value = read(given)
    if (value === undefined) problems.push(`${name} must be ${accepts}, not ${JSON.stringify(given)}`)
    return [name, value]
  }
  const config = Object.fromEntries(
    Object.entries(settings as Record<string, Setting<unknown>>).map(read),
  ) as Config
  if (problems.length === 0) problems.push(...findConflicts(config))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}
