import { print, printError } from '../print.ts'
import { explain } from './target.ts'

/** What the arguments of a tool may be besides something to do. */
type NoAction = { readonly kind: 'help' } | { readonly kind: 'problem'; readonly problem: string }

/**
 * Prints the help, or what is wrong with the arguments; otherwise runs the tool, which resolves to its exit code and throws
 * a sentence if it cannot go on. After that, and after wrong arguments, the code is 2.
 */
export async function runTool<Action extends { readonly kind: string }>(
  help: string,
  action: Action | NoAction,
  run: (action: Exclude<Action, NoAction>) => Promise<number>,
): Promise<void> {
  const fail = (text: string): void => {
    printError(text)
    process.exitCode = 2
  }
  if (isHelp(action)) return print(help)
  if (isProblem(action)) return fail(`${action.problem}\n\n${help}`)
  try {
    process.exitCode = await run(action as Exclude<Action, NoAction>)
  } catch (error) {
    fail(explain(error))
  }
}

const isHelp = (action: { readonly kind: string }): boolean => action.kind === 'help'
const isProblem = (action: {
  readonly kind: string
}): action is Extract<NoAction, { readonly kind: 'problem' }> => action.kind === 'problem'
