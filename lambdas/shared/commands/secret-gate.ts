import { carriesSecret } from '#h02/catalogue/index.ts'
import type { Dialect } from '#h02/catalogue/types.ts'
import type { Command } from '../domain/command.ts'
import type { Life } from '../domain/command-life.ts'
import { isRestore } from '../domain/device-commands.ts'
import { ESTABLISH_MS, isEstablished } from '../domain/established.ts'
import { addItems, makeItem } from '../domain/timeline.ts'
import type { CommandedDevice } from '../store/command-save.ts'
import type { CommandParts } from './parts.ts'
import { dialectFor } from './rules.ts'

/** Whether the command, written in this dialect, holds a secret of the device or of its owner. */
export const holdsSecret = (
  { intent, params, raw }: Pick<Command, 'intent' | 'params' | 'raw'>,
  dialect: Dialect,
  password: string | null,
): boolean =>
  carriesSecret({ intent, params, raw: raw === null ? null : Buffer.from(raw, 'hex'), dialect }, password)

/**
 * The dialect to write a command in now. A restore never waits: where its text holds the password, or another command
 * awaits its reply, it is written as `h02`, whose replies are matched by word and time.
 */
export async function dialectNow(
  { chooseDialects, catalogue }: Pick<CommandParts, 'chooseDialects' | 'catalogue'>,
  command: Command,
  device: CommandedDevice,
): Promise<Dialect> {
  const order = await chooseDialects(command, device)
  const isBeside = isRestore(command) && device.commands.open !== null
  const dialect = dialectFor(command, isBeside ? order.toSorted(h02First) : order)
  const mustChange = isRestore(command) && command.raw === null && isWithheld(command, dialect, device)
  const other = catalogue
    .entryOf(command.intent)
    ?.encodings.find((encoding) => !holdsSecret(command, encoding.dialect, device.password))
  return mustChange ? (other?.dialect ?? dialect) : dialect
}

const h02First = (a: Dialect, b: Dialect): number => Number(b === 'h02') - Number(a === 'h02')

/** Whether the command has to wait because the session is not established. */
export const isWithheld = (command: Command, dialect: Dialect, device: CommandedDevice): boolean =>
  device.session !== null &&
  !isEstablished(device.session, device.establishedFrom) &&
  holdsSecret(command, dialect, device.password)

/** Notes once per session why the command waits, and until when. */
export function withhold(
  { command, device: line }: Life,
  { session, contestedUntil }: CommandedDevice,
  { now, timeScale }: { readonly now: number; readonly timeScale: number },
): Life {
  if (session === null) return { command, device: line }
  const from = Math.max(session.since + ESTABLISH_MS * timeScale, contestedUntil ?? 0)
  const item = makeItem('waiting', {
    at: now,
    key: session.sessionId,
    text: `Waits: it carries a secret, and the connection comes from a network that is new for the device. It is sent from ${new Date(from).toISOString()}, if no other connection of the device sends anything until then.`,
  })
  return { command: { ...command, timeline: addItems(command.timeline, [item]) }, device: line }
}
