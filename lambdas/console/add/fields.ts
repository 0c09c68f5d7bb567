import type { ConsoleConfig } from '../api/types.ts'
import type { Family, Typed } from './sms.ts'

/** The fields of the page as typed; ports as text. */
export type Fields = {
  readonly deviceId: string
  readonly name: string
  readonly phone: string
  readonly family: Family
  readonly apn: string
  readonly apnUser: string
  readonly apnPassword: string
  readonly password: string
  readonly host: string
  readonly port: string
  /** The server that the tracker reports to now. */
  readonly oldHost: string
  readonly oldPort: string
}
export type Change = (changed: Partial<Fields>) => void

export const emptyFields = ({ hosts, port }: ConsoleConfig['trackers']): Fields => ({
  deviceId: '',
  name: '',
  phone: '',
  family: 'sinotrack',
  apn: '',
  apnUser: '',
  apnPassword: '',
  password: '',
  host: hosts[0] ?? '',
  port: String(port),
  oldHost: '',
  oldPort: '',
})

export const toTyped = ({ port, ...fields }: Fields): Typed => ({ ...fields, port: Number(port) })

/** The fields of a registration or an adoption that the page fills in. */
export const toRegistration = ({ name, password, oldHost, oldPort }: Fields) => ({
  ...(name.trim() !== '' && { name: name.trim() }),
  ...(password !== '' && { password }),
  ...(oldHost.trim() !== '' &&
    oldPort !== '' && { cameFrom: { host: oldHost.trim(), port: Number(oldPort) } }),
})
