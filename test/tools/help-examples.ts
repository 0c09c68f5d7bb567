/** The examples in the text that `--help` prints. */

/** `npm run … -- args`: each as the line and its arguments. Usage lines with <placeholders> or [options] are no examples. */
export const commandExamples = (help: string): [line: string, args: string[]][] =>
  help
    .split('\n')
    .flatMap((line) => /^\s*npm (?:run (?:-s )?\w+|start) -- (.*?)(?:\s{2,}.*)?$/.exec(line)?.[1] ?? [])
    .filter((args) => !/[<>[\]]/.test(args))
    .map((args) => [args, args.split(' ')])

/**
 * `  --name value   text`: each option with its example value, null for a switch. A value in capitals is a placeholder:
 * `placeholders` has a value for it.
 */
export const optionExamples = (
  help: string,
  placeholders: Readonly<Record<string, string>> = {},
): [name: string, value: string | null][] =>
  help.split('\n').flatMap((line): [string, string | null][] => {
    const [, options] = /^ {2}((?:--[a-z-]+,? ?)+(?:\S+ ?)?(?:--[a-z]+ \S+)?)(?:\s{2,}|$)/.exec(line) ?? []
    return [...(options ?? '').matchAll(/(--[a-z-]+)(?: (?!--)([^\s,]+))?/g)].map(([, name = '', value]) => {
      if (value === undefined) return [name, null]
      if (!/^[A-Z]/.test(value)) return [name, value]
      const given = placeholders[`${name} ${value}`] ?? placeholders[value]
      if (given === undefined) throw new Error(`no value for ${name} ${value}`)
      return [name, given]
    })
  })
