/** Commands in a Markdown guide, checked against the options of the AWS CLI, which are derived from the SDK's schemas. */

/** The words of each command line in code spans and blocks: those that begin with `program`. */
export function commandsIn(guide: string, program: string): string[][] {
  // Lines of a block, except that a quote may run over several.
  const blocks = [...guide.matchAll(/^ *```\w*\n([\s\S]*?)^ *```/gm)].flatMap(
    ([, block = '']) => block.replaceAll(/\\\n/g, ' ').match(/(?:"[^"]*"|'[^']*'|[^\n"'])+/g) ?? [],
  )
  const spans = [...guide.replaceAll(/^ *```\w*\n[\s\S]*?^ *```/gm, '').matchAll(/`([^`]+)`/g)].map(
    ([, text = '']) => text.replaceAll('\n', ' '),
  )
  return (
    [...blocks, ...spans]
      .flatMap((line) => line.split(' && '))
      .map(toWords)
      // Variables before the command are the shell's.
      .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
      .filter(([first, ...rest]) => first === program && rest.length > 0)
  )
}

/** As a shell splits them: quotes hold words together. */
const toWords = (line: string): string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/^"(.*)"$|^'(.*)'$/gs, '$1$2'),
  )

/** Options with their values; null: none follows. */
export function optionsOf(words: readonly string[]): [name: string, value: string | null][] {
  return words.flatMap((word, i): [string, string | null][] => {
    if (!/^--?[a-z]/.test(word)) return []
    const next = words[i + 1]
    return [[word, next === undefined || next.startsWith('-') ? null : next]]
  })
}

/** A schema of the SDK, as its clients export them: `[kind, namespace, name, traits, …]`, or a number for a simple type. */
const LIST = 1
const STRUCTURE = 3
const BOOLEAN = 2

const resolve = (schema: unknown): unknown => {
  if (typeof schema === 'function') return resolve((schema as () => unknown)())
  // A member with traits: [schema, traits].
  if (Array.isArray(schema) && (Array.isArray(schema[0]) || typeof schema[0] === 'function'))
    return resolve(schema[0])
  if (Array.isArray(schema) && schema.length === 2) return resolve(schema[0])
  return schema
}

type Members = ReadonlyMap<string, { readonly schema: unknown; readonly isRequired: boolean }>
type StructureSchema = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: unknown,
  names?: readonly string[],
  schemas?: readonly unknown[],
  required?: number,
]
function membersOf(schema: unknown): Members {
  const [, , , , names = [], schemas = [], required = 0] = resolve(schema) as StructureSchema
  return new Map(names.map((name, i) => [name, { schema: schemas[i], isRequired: i < required }]))
}

/** `UUID` is `uuid`, `DBInstance` is `db-instance`: how the AWS CLI names what the API names. */
export const toCliName = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

const toOperation = (name: string): string =>
  name
    .split('-')
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join('')

/** Of the CLI itself. */
const globalOptions = new Set(['--query', '--output', '--region', '--profile'])

/** The faults of `aws <service> <operation> [options]`; `client` is the SDK client of the service. */
export function problemsOf(words: readonly string[], client: Readonly<Record<string, unknown>>): string[] {
  const [, , operation = '', ...rest] = words
  const isWait = operation === 'wait'
  const waiter = isWait ? `waitUntil${toOperation(rest[0] ?? '')}` : null
  if (waiter !== null && client[waiter] === undefined) return [`no waiter ${rest[0]}`]
  const name = waiter === 'waitUntilTableExists' ? 'DescribeTable' : toOperation(operation)
  const schema = client[`${name}$`]
  if (schema === undefined) return [`no operation ${operation}`]
  const members = membersOf((schema as readonly unknown[])[4])
  const options = optionsOf(rest).filter(([option]) => !globalOptions.has(option))
  // A mention of an operation, such as `aws ec2 release-address`, is no command yet.
  const isWhole = options.length > 0
  const given = new Set<string>()
  const problems = options.flatMap(([option, value]) => {
    const plain = option.slice(2)
    for (const [member, { schema }] of members) {
      const isFlag = resolve(schema) === BOOLEAN
      if (toCliName(member) !== plain && !(isFlag && `no-${toCliName(member)}` === plain)) continue
      given.add(member)
      if (isFlag !== (value === null)) return [`${option} ${isFlag ? 'takes no value' : 'needs a value'}`]
      return value === null ? [] : wrongKeys(option, value, schema)
    }
    return [`${operation} has no ${option}`]
  })
  const missing = isWhole
    ? [...members].filter(([member, { isRequired }]) => isRequired && !given.has(member))
    : []
  return [...problems, ...missing.map(([member]) => `${operation} needs --${toCliName(member)}`)]
}

/** Shorthand such as `Name=tag:stage,Values=prod` names members of a structure. */
function wrongKeys(option: string, value: string, schema: unknown): string[] {
  let target = resolve(schema)
  if (Array.isArray(target) && target[0] === LIST) target = resolve(target[4])
  if (!Array.isArray(target) || target[0] !== STRUCTURE) return []
  const members = membersOf(target)
  const keys = value.split(',').flatMap((pair) => /^(\w+)=/.exec(pair)?.[1] ?? [])
  if (keys.length === 0) return [`${option} needs Key=value pairs`]
  return keys.filter((key) => !members.has(key)).map((key) => `${option} has no ${key}`)
}
