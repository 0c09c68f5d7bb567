import type { RelayTarget } from '../../shared/domain/relay.ts'
import { faultOfRelayHost } from '../../shared/relay-host.ts'
import { Problem } from '../problem.ts'

/** The relays that this installation allows; null: none. */
export type RelayPolicy = { readonly allowsPrivate: boolean } | null

/**
 * Why a device cannot be relayed to this server; null if it can, or if no relay is set. The gateway checks the addresses of names.
 */
export function faultOfRelay(relay: RelayTarget | null | undefined, policy: RelayPolicy): string | null {
  if (relay === null || relay === undefined) return null
  if (policy === null) return 'relays are off in this installation; whoever operates it can turn them on'
  return faultOfRelayHost(relay.host, policy)
}

export function requireRelay(relay: RelayTarget | null | undefined, policy: RelayPolicy): void {
  const fault = faultOfRelay(relay, policy)
  if (fault === null) return
  if (policy === null) throw new Problem('relay-off', fault)
  const errors = [{ in: 'body', name: '/relay/host', detail: fault }] as const
  throw new Problem('invalid-request', `/relay/host: ${fault}`, { extras: { errors } })
}
