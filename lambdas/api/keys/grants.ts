import type { ApiKey, Scope } from '../../shared/store/api-keys.ts'
import { isAtLeastAsNarrow, toLimit, type DeviceLimit } from '../../shared/domain/device-limit.ts'
import type { Labels } from '../../shared/domain/labels.ts'
import type { Identity } from '../app-type.ts'
import { Problem, type Fault } from '../problem.ts'

/**
 * The requested permissions of a new key. Omitted fields default to those of the creating key; ids and labels of devices
 * separately.
 */
type Grant = {
  readonly scopes: readonly Scope[]
  readonly devices: DeviceLimit | null
  readonly expiresAt: number | null
}
type RequestedGrant = {
  readonly scopes: readonly Scope[]
  readonly devices?: RequestedDevices | null | undefined
  /** Only ids, as in requests from before there were labels. */
  readonly deviceIds?: readonly string[] | null | undefined
  readonly expiresAt?: number | null | undefined
}
type RequestedDevices = {
  readonly ids?: readonly string[] | null | undefined
  readonly labels?: Labels | null | undefined
}

function limitOf({ devices: own }: Identity, { devices, deviceIds }: RequestedGrant): DeviceLimit | null {
  if (devices && deviceIds) refuseAt('/deviceIds', 'expected devices or deviceIds, not both')
  if (devices === null || deviceIds === null) return null
  const { ids, labels } = devices ?? { ids: deviceIds }
  return toLimit(
    ids === undefined ? (own?.ids ?? null) : ids,
    labels === undefined ? (own?.labels ?? null) : labels,
  )
}

/** For comparison: a key that never expires ends later than any other. */
const endOf = (expiresAt: number | null): number => expiresAt ?? Infinity

const isWithin = (caller: Identity, { scopes, devices, expiresAt }: Grant): boolean =>
  scopes.every((scope) => caller.scopes.has(scope)) &&
  isAtLeastAsNarrow(devices, caller.devices) &&
  endOf(expiresAt) <= endOf(caller.expiresAt)

/** The permissions that the caller gives to a new key; refused if the caller does not have them. */
export function requireGrant(caller: Identity, requested: RequestedGrant, now: number): Grant {
  const scopes = [...new Set(requested.scopes)]
  const devices = limitOf(caller, requested)
  const expiresAt = requested.expiresAt === undefined ? caller.expiresAt : requested.expiresAt
  if (expiresAt !== null && expiresAt <= now) refuseAt('/expiresAt', 'expected a time in the future')
  const grant = { scopes, devices, expiresAt }
  if (isWithin(caller, grant)) return grant
  const beyond = scopes.filter((scope) => !caller.scopes.has(scope))
  if (beyond.length > 0) {
    const own = [...caller.scopes].join(', ')
    throw new Problem(
      'forbidden',
      `a key can only give the scopes that it has: ${own}; not ${beyond.join(', ')}`,
    )
  }
  if (!isAtLeastAsNarrow(devices, caller.devices)) {
    throw new Problem(
      'forbidden',
      'this key is restricted to some devices: it can give those, or some of them, to another key; its own labels must be among the labels',
    )
  }
  throw new Problem('forbidden', 'a key cannot give more time than it has: expiresAt is later than its own')
}

const refuseAt = (name: string, detail: string): never => {
  const errors: Fault[] = [{ in: 'body', name, detail }]
  throw new Problem('invalid-request', `${name}: ${detail}`, { extras: { errors } })
}

/** A key that is restricted to devices may see the keys that are restricted to some of them. */
export const isKeyVisibleTo = (caller: Identity, key: ApiKey): boolean =>
  isAtLeastAsNarrow(key.devices, caller.devices)

/** Refuses to return the secret of a key with more permissions than the caller's. */
export function requireWithin(caller: Identity, key: ApiKey): void {
  if (isWithin(caller, key)) return
  throw new Problem(
    'forbidden',
    `key ${key.keyId} may do more than yours, or for longer: only a key that may do as much can rotate it`,
  )
}
