import { encodeCommand, entryOf } from '#h02/catalogue/index.ts'
import { FACTORY_PASSWORD } from '#h02/catalogue/template.ts'
import type { CameFrom, RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { Caller } from '../app-type.ts'
import { toReceivedIso } from '../iso-time.ts'

type Addressed = Pick<RegisteredDevice, 'deviceId' | 'password' | 'model'>

/**
 * How to send a device back to its previous server. The SMS contains the password only if the caller may see it, or if it is the
 * factory password.
 */
export function toCameFrom(
  device: Addressed,
  { host, port, at }: CameFrom,
  { scopes }: Pick<Caller, 'scopes'>,
) {
  const { deviceId: id, password, model } = device
  const isSecret = password !== null && password !== FACTORY_PASSWORD && !scopes.has('secrets')
  const params = { host, port }
  const shown = isSecret ? FACTORY_PASSWORD : password
  const encoded = encodeCommand(entryOf('set-server')!, 'text', params, {
    id,
    password: shown,
    model,
    maker: null,
    now: at,
  })
  const sms = encoded.ok ? Buffer.from(encoded.bytes).toString('latin1') : null
  return {
    ...params,
    at: toReceivedIso(at),
    sms: isSecret && sms !== null ? sms.replace(FACTORY_PASSWORD, '****') : sms,
    command: { intent: 'set-server' as const, params, confirm: true as const },
  }
}
