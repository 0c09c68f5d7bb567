import { randomUUID, timingSafeEqual } from 'node:crypto'
import { createApiKeys, hashKey } from '#shared/store/api-keys.ts'
import { createAuditStore, noCommand, type AuditEntry, type AuditStep } from '#shared/store/audit.ts'
import type { FleetTable } from '#shared/store/fleet-list.ts'
import type { Answer, WholeRequest } from '../stand-ins/http.ts'
import { peerHeader } from '../stand-ins/peer.ts'
import { problem } from './problem.ts'

/** A caller whose key may change the whole installation. */
export type Admin = {
  /** Adds to the audit; rejects if it cannot be stored. */
  readonly record: (step: AuditStep, details: AuditEntry['details']) => Promise<void>
}

/**
 * Authorizes operations that this process answers itself: for keys with the scope `admin` and all devices. The API checks the key,
 * so its rate limits and error texts apply here too. Returns a refusal for other keys.
 */
export function createAdminAccess({
  fleet,
  httpUrl,
  adminKey,
  now = Date.now,
}: {
  readonly fleet: FleetTable
  readonly httpUrl: () => string
  readonly adminKey: string
  readonly now?: () => number
}) {
  const keys = createApiKeys(fleet)
  const audit = createAuditStore(fleet)
  const firstKey = hashKey(adminKey)
  const identify = async (key: string) =>
    timingSafeEqual(hashKey(key), firstKey)
      ? { keyId: 'admin', name: null, devices: null }
      : await keys.find(key)

  return async ({ headers }: WholeRequest, peer: string): Promise<Admin | { readonly refusal: Answer }> => {
    const { authorization = '' } = headers
    // An operation that requires `admin` and changes nothing.
    const asked = await fetch(`${httpUrl()}/v1/keys`, {
      headers: { ...peerHeader(peer), ...(authorization !== '' && { authorization }) },
    })
    const body = await asked.text()
    if (!asked.ok) return { refusal: { status: asked.status, headers: headersOf(asked), body } }
    const caller = await identify(authorization.split(' ').at(-1) ?? '')
    if (caller === null)
      return { refusal: problem('unauthorized', 'this key was deleted or has expired just now') }
    if (caller.devices !== null)
      return {
        refusal: problem(
          'forbidden',
          'this key is for some devices only, and the broker gets all: use a key for all devices',
        ),
      }
    return {
      record: (step, details) => {
        const [at, requestId] = [now(), randomUUID()]
        const origin = { keyName: caller.name, address: peer, requestId }
        const entry = { ...noCommand, ...origin, at, createdAt: at, id: requestId, step, details }
        return audit.add([{ ...entry, deviceId: null, who: caller.keyId }])
      },
    }
  }
}

/** The headers and body of a refusal that a client needs. */
const headersOf = ({ headers }: Response): Answer['headers'] =>
  Object.fromEntries(
    ['content-type', 'www-authenticate', 'retry-after'].flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value] as const]
    }),
  )
