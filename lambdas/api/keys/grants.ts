import type { ApiKey, Scope } from '../../shared/store/api-keys.ts'
import type { Identity } from '../app-type.ts'
import { Problem, type Fault } from '../problem.ts'

/** What a new key may do. Left out: what its maker may. */
export type Grant = {
  readonly scopes: readonly Scope[]
  readonly deviceIds: readonly string[] | null
  readonly expiresAt: number | null
}
export type WantedGrant = {
  readonly scopes: readonly Scope[]
  readonly deviceIds?: readonly string[] | null | undefined
  readonly expiresAt?: number | null | undefined
}

const ownDevices = ({ deviceIds }: Identity): string[] | null => deviceIds && [...deviceIds].toSorted()
/** Later than any time: a key that never expires. */
const endOf = (expiresAt: number | null): number => expiresAt ?? Infinity

const isWithin = (caller: Identity, { scopes, deviceIds, expiresAt }: Grant): boolean =>
  scopes.every((scope) => caller.scopes.has(scope)) &&
  hasDevices(caller, deviceIds) &&
  endOf(expiresAt) <= endOf(caller.expiresAt)

const hasDevices = (caller: Identity, deviceIds: readonly string[] | null): boolean =>
  caller.deviceIds === null || (deviceIds ?? null)?.every((id) => caller.deviceIds!.has(id)) === true

/** What the caller gives to a new key; refused where it does not have it itself. */
export function requireGrant(caller: Identity, wanted: WantedGrant, now: number): Grant {
  const scopes = [...new Set(wanted.scopes)]
  const deviceIds = wanted.deviceIds === undefined ? ownDevices(caller) : wanted.deviceIds
  const expiresAt = wanted.expiresAt === undefined ? caller.expiresAt : wanted.expiresAt
  if (expiresAt !== null && expiresAt <= now) refuseAt('/expiresAt', 'expected a time in the future')
  const grant = { scopes, deviceIds: deviceIds && [...new Set(deviceIds)].toSorted(), expiresAt }
  if (isWithin(caller, grant)) return grant
  const beyond = scopes.filter((scope) => !caller.scopes.has(scope))
  if (beyond.length > 0) {
    const own = [...caller.scopes].join(', ')
    throw new Problem('forbidden', `a key can give the scopes that it has: ${own}; not ${beyond.join(', ')}`)
  }
  if (!hasDevices(caller, grant.deviceIds)) {
    throw new Problem(
      'forbidden',
      'this key is restricted to some devices: it can give those, or some of them, to another key',
    )
  }
  throw new Problem('forbidden', 'a key can give no more time than it has: expiresAt is later than its own')
}

const refuseAt = (name: string, detail: string): never => {
  const errors: Fault[] = [{ in: 'body', name, detail }]
  throw new Problem('invalid-request', `${name}: ${detail}`, { extras: { errors } })
}

/** A key that is restricted to devices sees the keys that are restricted to some of them. */
export const isKeyVisibleTo = (caller: Identity, key: ApiKey): boolean => hasDevices(caller, key.deviceIds)

/** Refuses to hand out the secret of a key that may do more than the caller. */
export function requireWithin(caller: Identity, key: ApiKey): void {
  if (isWithin(caller, key)) return
  throw new Problem(
    'forbidden',
    `key ${key.keyId} may do more than yours, or for longer: only a key that may do as much can rotate it`,
  )
}
