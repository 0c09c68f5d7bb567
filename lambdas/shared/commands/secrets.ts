import { carriesSecret, commandSecrets, deviceSecrets, type KnownSecrets } from '#h02/catalogue/index.ts'
import type { Dialect } from '#h02/catalogue/types.ts'
import type { Command } from '../domain/command.ts'
import { ESTABLISH_MS, isEstablished } from '../domain/established.ts'
import { withItem } from '../domain/timeline.ts'
import type { CommandedDevice } from '../store/command-save.ts'

type Content = Pick<Command, 'intent' | 'params' | 'raw'>
const withBytes = ({ intent, params, raw }: Content) => ({
  intent,
  params,
  raw: raw === null ? null : Buffer.from(raw, 'hex'),
})

/** Known secrets of a device: its registered password, and the secret parameters of its commands. */
export const knownSecretsOf = (
  { deviceId, password }: { readonly deviceId: string; readonly password: string | null },
  commands: readonly Content[],
): KnownSecrets => ({
  deviceId,
  literals: [
    ...new Set([
      ...deviceSecrets(password),
      ...commands.flatMap((command) => commandSecrets(withBytes(command))),
    ]),
  ],
})

/** Whether the command in this dialect contains a secret of the device or of its owner. */
export const containsSecret = (command: Content, dialect: Dialect, password: string | null): boolean =>
  carriesSecret({ ...withBytes(command), dialect }, password)

/** Whether the command must wait because the session is not established. */
export const isWithheld = (command: Command, dialect: Dialect, device: CommandedDevice): boolean =>
  device.session !== null &&
  !isEstablished(device.session, device.establishedFrom) &&
  containsSecret(command, dialect, device.password)

/** Notes once per session why the command waits, and until when. */
export function withhold(
  command: Command,
  { session, contestedUntil }: CommandedDevice,
  { now, timeScale }: { readonly now: number; readonly timeScale: number },
): Command {
  if (session === null) return command
  const from = Math.max(session.since + ESTABLISH_MS * timeScale, contestedUntil ?? 0)
  return withItem(command, 'waiting', {
    at: now,
    key: session.sessionId,
    text: `Waits: it contains a secret, and the connection comes from a network that is new for the device. It is sent from ${new Date(from).toISOString()}, if no other connection of the device sends anything until then.`,
  })
}
