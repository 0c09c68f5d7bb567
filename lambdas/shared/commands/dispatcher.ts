import type { Command, NewCommand } from '../domain/command.ts'
import { cancelAll, cancelOne, type Cancelled } from './cancel.ts'
import { dispatchNext, type Dispatched } from './dispatch.ts'
import type { CommandParts } from './parts.ts'
import { submit, type Submitted } from './submit.ts'

/**
 * Makes commands and sends the next one, for the API. All methods throw when a table or the bus cannot be reached; what
 * was stored by then is continued by the sweep.
 */
export type Dispatcher = {
  /**
   * Makes a command and sends it at once if nothing stands in its way: one consistent read, one transaction, one
   * delivery. Else it waits in the device's queue (dangerous ones never do). Ids are the caller's (`makeCommandId`),
   * so an order that comes twice makes one command.
   */
  readonly submit: (order: NewCommand, options?: { readonly replace?: boolean }) => Promise<Submitted>
  /** Several at once, in order, all or nothing: a probe. `command` is the first. */
  readonly submitAll: (orders: readonly [NewCommand, ...NewCommand[]]) => Promise<Submitted>
  /** Sends the first queued command that nothing stands in the way of, if there is one. */
  readonly dispatchNext: (deviceId: string) => Promise<Dispatched>
  /** Ends a command that waits; of one that was sent, the watch of its effect. Null: there is no such command. */
  readonly cancel: (deviceId: string, commandId: string) => Promise<Cancelled | null>
  /** Cancels everything that waits; resolves to the commands as they ended. */
  readonly flush: (deviceId: string) => Promise<readonly Command[]>
}

export const createDispatcher = (parts: CommandParts): Dispatcher => ({
  submit: (order, { replace = false } = {}) => submit(parts, [order], replace ? 'replace' : 'refuse'),
  submitAll: (orders) => submit(parts, orders, 'allow'),
  dispatchNext: (deviceId) => dispatchNext(parts, deviceId),
  cancel: (deviceId, commandId) => cancelOne(parts, deviceId, commandId),
  flush: (deviceId) => cancelAll(parts, deviceId),
})
