import { commandSecrets, deviceSecrets, type KnownSecrets } from '#h02/catalogue/index.ts'
import type { Command } from '../domain/command.ts'

/** What is known to be secret of a device: its registered password, and the secret parameters of its commands. */
export const knownSecretsOf = (
  { deviceId, password }: { readonly deviceId: string; readonly password: string | null },
  commands: readonly Pick<Command, 'intent' | 'params' | 'raw'>[],
): KnownSecrets => ({
  deviceId,
  literals: [
    ...new Set([
      ...deviceSecrets(password),
      ...commands.flatMap(({ intent, params, raw }) =>
        commandSecrets({ intent, params, raw: raw === null ? null : Buffer.from(raw, 'hex') }),
      ),
    ]),
  ],
})
