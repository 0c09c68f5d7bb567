/** The examples in the text that `--help` prints. */

/** `npm run … -- args`: each as the line and its arguments. Usage lines with <placeholders> or [options] are no examples. */
export const commandExamples = (help: string): [line: string, args: string[]][] =>
  help
    .split('\n')
    .flatMap((line) => /^\s*npm (?:run (?:-s )?\w+|start) -- (.*?)(?:\s{2,}.*)?$/.exec(line)?.[1] ?? [])
    .filter((args) => !/[<>[\]]/.test(args))
    .map((args) => [args, args.split(' ')])

/**
 * `  --name value   text`: each option with its example value, null for a switch. `e.g. VALUE` in the text is the example
 * of what has none, or has a placeholder in capitals; `placeholders` has a value for other placeholders.
 */
export const optionExamples = (
  help: string,
  placeholders: Readonly<Record<string, string>> = {},
): [name: string, value: string | null][] =>
  help.split('\n').flatMap((line): [string, string | null][] => {
    if (!/^ {2}--/.test(line)) return []
    const [head = '', ...text] = line.trim().split(/\s{2,}/)
    const example = /e\.g\. (\S+?)[,)]?(?: |$)/.exec(text.join(' '))?.[1]
    return head.split(/,? (?=--)/).map((option) => {
      const [name = '', value] = option.replace(/,$/, '').split(' ')
      if (value === undefined) return [name, example ?? null]
      if (!/^[A-Z|]+$/.test(value)) return [name, value]
      const given = example ?? placeholders[name] ?? placeholders[value]
      if (given === undefined) throw new Error(`the test has no value for ${name} ${value}`)
      return [name, given]
    })
  })

/** Options as arguments, without those that change what the tool does. */
export const toArgs = (
  options: readonly (readonly [name: string, value: string | null])[],
  without: readonly string[] = [],
): string[] =>
  options
    .filter(([name]) => name !== '--help' && !without.includes(name))
    .flatMap(([name, value]) => (value === null ? [name] : [name, value]))
