import { startCommandSystem, type CommandSystem } from './command-system.ts'

/** The system that all stories of one test file share: it takes seconds to start, and each story has devices of its own. */
export let system: CommandSystem
let isClosed = true
/** Resources that stories have opened; closed before the system. */
const opened: (() => unknown)[] = []

export async function startShared(): Promise<void> {
  system = await startCommandSystem()
  isClosed = false
}

export async function closeShared(): Promise<void> {
  if (isClosed) return
  isClosed = true
  await Promise.all(opened.splice(0).map((close) => close()))
  await system.close()
}

/** Registers a resource to close at the end of all stories, because tests that run side by side have no own end. */
export const closeAtEnd = (close: () => unknown): void => void opened.push(close)

/** For tests that depend on each other: each waits for the previous one, while other tests run. */
export function inOrder(): (run: () => Promise<void>) => () => Promise<void> {
  let before: Promise<void> = Promise.resolve()
  return (run) => () => {
    const mine = before.then(run)
    before = mine.catch(() => {})
    return mine
  }
}
