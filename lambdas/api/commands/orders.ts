import { dangerOf, dialectOrder, entryOf } from '#h02/catalogue/index.ts'
import type { CatalogueEntry, Dialect } from '#h02/catalogue/types.ts'
import { createTurns } from '../../shared/concurrency.ts'
import type { Command, NewCommand } from '../../shared/domain/command.ts'
import type { ApiParts, Caller } from '../app-type.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { Problem } from '../problem.ts'
import { createdAtOf } from '../../shared/commands/command-id.ts'
import { createAskToConfirm } from './ask-to-confirm.ts'
import { CONFIRMATION_MS, type ConfirmationAnswer } from './confirmation.ts'
import type { Order } from './order-schema.ts'
import { engineCommandsOff, requirePermission } from './permission.ts'
import { planOrder, type Plan } from './plan.ts'
import { findCommand } from './require-command.ts'
import { requireSubmitted } from './submit.ts'

type Ordered =
  | { readonly kind: 'made'; readonly command: Command }
  | { readonly kind: 'to-confirm'; readonly confirmation: ConfirmationAnswer }

/**
 * A process that handles several requests at once (embedded mode) creates commands one after the other: a crowd of
 * simultaneous orders would block everyone else without being faster. An order that waits for a slow gateway gives up
 * its turn.
 */
const MAX_TURN_MS = 250

const isDecidedWithoutModel = (entry: CatalogueEntry, dialect: Dialect | 'auto'): boolean =>
  dialect === 'auto'
    ? dialectOrder(entry, { model: null }).length > 0
    : dangerOf(entry, { dialect, model: null }) === entry.danger

const confirmationGone = (deviceId: string): Problem =>
  new Problem(
    'confirmation-gone',
    `expected a token that POST /v1/devices/${deviceId}/commands gave to this key within the last ${CONFIRMATION_MS / 1_000} s; ask again`,
  )

/** Turns orders into commands or refusals. */
export function createOrders(
  parts: Pick<ApiParts, 'commands' | 'confirmations' | 'dispatcher' | 'history' | 'engine' | 'now'>,
) {
  const { commands, confirmations, dispatcher, engine, now } = parts
  const askToConfirm = createAskToConfirm(parts)
  const inTurn = createTurns(MAX_TURN_MS)

  const submit = async (
    deviceId: string,
    { intent, params, raw, dialect, danger }: Omit<Plan, 'title' | 'needsRawScope'>,
    made: Pick<NewCommand, 'commandId' | 'createdBy' | 'origin' | 'expiresAt' | 'mayWait' | 'metadata'>,
    replace = false,
  ): Promise<Command> => {
    const createdAt = createdAtOf(made.commandId)
    const order = { ...made, deviceId, createdAt, intent, params, raw, dialect, danger, probeId: null }
    return requireSubmitted(order, await inTurn(() => dispatcher.submit(order, { replace })))
  }

  /**
   * Reads the device's model if it matters: for the choice of wordings and for their danger. Otherwise this read is
   * saved, because the dispatcher reads the device anyway.
   */
  const modelFor = async (deviceId: string, { intent, dialect = 'auto' }: Order): Promise<string | null> => {
    const entry = entryOf(intent ?? '')
    if (intent !== undefined && entry === null) return null
    if (entry !== null && isDecidedWithoutModel(entry, dialect)) return null
    const device = await commands.readDevice(deviceId)
    if (!device?.registered) throw noSuchDevice(deviceId)
    return device.model
  }

  /** The result of an earlier identical order; null if there is none, so that this one continues. */
  const find = async (deviceId: string, commandId: string): Promise<Command | null> => {
    const device = await commands.readDevice(deviceId)
    if (!device?.registered) throw noSuchDevice(deviceId)
    return findCommand(commands, device, commandId)
  }

  return {
    find,

    /** Returns the command that the order makes under this id, or what must be confirmed first. */
    order: async (deviceId: string, commandId: string, request: Order, caller: Caller): Promise<Ordered> => {
      const plan = planOrder(request, { deviceId, model: await modelFor(deviceId, request) }, now())
      requirePermission(plan, caller, { confirm: request.confirm, engineCommands: engine.isOn })
      if (plan.danger === 'dangerous') {
        return {
          kind: 'to-confirm',
          confirmation: await askToConfirm(
            deviceId,
            commandId,
            { ...plan, metadata: request.metadata },
            caller,
          ),
        }
      }
      const expiresAt = createdAtOf(commandId) + request.expiresInSeconds * 1_000
      const mayWait = plan.danger === 'disruptive' && !request.queue ? ({ mayWait: false } as const) : {}
      const notes = request.metadata ? { metadata: request.metadata } : {}
      const made = {
        commandId,
        createdBy: caller.keyId,
        origin: caller.origin,
        expiresAt,
        ...mayWait,
        ...notes,
      }
      return { kind: 'made', command: await submit(deviceId, plan, made, request.replace) }
    },

    /** The second step: a token sends one command, however often it is used. */
    confirm: async (deviceId: string, token: string, caller: Caller): Promise<Command> => {
      if (!engine.isOn) throw engineCommandsOff()
      const asked = await confirmations.find(deviceId, token)
      if (!asked || asked.callerId !== caller.keyId) {
        throw confirmationGone(deviceId)
      }
      const { commandId, expiresAt, metadata } = asked
      const made = await find(deviceId, commandId)
      if (made) return made
      if (expiresAt <= now()) throw confirmationGone(deviceId)
      return submit(
        deviceId,
        { ...asked, danger: 'dangerous' },
        {
          commandId,
          createdBy: caller.keyId,
          origin: caller.origin,
          expiresAt,
          ...(metadata && { metadata }),
        },
      )
    },
  }
}
