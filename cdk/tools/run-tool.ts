import { print, printError } from '../print.ts'
import { explain } from './target.ts'

/** The results of parsing arguments that do not run the tool. */
type NoAction = { readonly kind: 'help' } | { readonly kind: 'problem'; readonly problem: string }

/**
 * Prints the help, or the fault in the arguments; otherwise runs the tool, which resolves to its exit code, or throws a sentence if
 * it cannot continue. The exit code is 2 after such an error and after wrong arguments.
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
