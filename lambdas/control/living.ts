import type { ControlParts } from './parts.ts'

/** Which of some gateways live. */
export type Living = (gatewayIds: readonly string[]) => Promise<ReadonlySet<string>>

/**
 * A gateway is dead when its lease has run out and IoT Core says that it is not connected. What was found is kept for
 * as long as this is: one sweep.
 */
export function createLiving({ gateways, bus }: Pick<ControlParts, 'gateways' | 'bus'>): Living {
  const known = new Map<string, Promise<boolean>>()
  const isLiving = async (gatewayId: string): Promise<boolean> =>
    (await gateways.leased([gatewayId])).has(gatewayId) || bus.isConnected(gatewayId)
  const look = (gatewayId: string): Promise<boolean> => {
    const found = known.get(gatewayId) ?? isLiving(gatewayId)
    known.set(gatewayId, found)
    return found
  }
  return async (gatewayIds) => {
    const found = await Promise.all(gatewayIds.map(look))
    return new Set(gatewayIds.filter((_, i) => found[i]))
  }
}
