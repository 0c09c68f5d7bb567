import type { Command } from '../domain/command.ts'
import type { NewCommand } from '../domain/new-command.ts'

/** How an order was taken. */
export type Submitted =
  /** Stored; `command` is as it stands after the first try to deliver it, where that was possible at once. */
  | { readonly outcome: 'created'; readonly command: Command }
  /** A command of that id was made before: an order that came twice. */
  | { readonly outcome: 'exists'; readonly command: Command }
  /** The same command waits already, and `replace` was not asked for. */
  | { readonly outcome: 'identical'; readonly command: Command }
  | { readonly outcome: 'no-device' }
  | { readonly outcome: 'full'; readonly mostQueued: number }
  /** Dangerous commands only, which never wait: another command awaits its reply, or … */
  | { readonly outcome: 'busy'; readonly commandId: string }
  | { readonly outcome: 'no-session' }
  | { readonly outcome: 'conflict'; readonly until: number }

export type Dispatched = {
  readonly outcome: 'taken' | 'unknown' | 'not-connected' | 'undelivered' | 'busy' | 'no-session' | 'nothing'
  /** The command that it is about, as it stands. */
  readonly command: Command | null
}

/**
 * Makes commands and sends the next one, from the API and from control alike. All methods throw when a table or the
 * bus cannot be reached; whatever was stored by then is taken up by the sweep.
 */
export type Dispatcher = {
  /**
   * Makes a command and sends it at once where nothing stands in its way: one consistent read, one transaction, one
   * delivery. Else it waits in the device's queue (dangerous ones never do). Ids are the caller's (`makeCommandId`),
   * so an order that comes twice makes one command.
   */
  readonly submit: (order: NewCommand, options?: { readonly replace?: boolean }) => Promise<Submitted>
  /** Several at once, in order, all or nothing: a probe. `command` is the first. */
  readonly submitAll: (orders: readonly NewCommand[]) => Promise<Submitted>
  /** Sends the first queued command that nothing stands in the way of. Does nothing where there is none. */
  readonly dispatchNext: (deviceId: string) => Promise<Dispatched>
  /** Only a command that waits can be cancelled. Null: there is no such command. */
  readonly cancel: (
    deviceId: string,
    commandId: string,
  ) => Promise<{ readonly outcome: 'cancelled' | 'not-queued'; readonly command: Command } | null>
  /** Cancels everything that waits; resolves to the commands as they ended. */
  readonly flush: (deviceId: string) => Promise<readonly Command[]>
}
