import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { GatewayStore } from '../../shared/store/gateways.ts'

/** Ids of gateways with a valid lease. Sessions on a dead gateway are not connected. */
export type Living = ReadonlySet<string>

/** True if a gateway with a valid lease has its session. */
export const isOnline = ({ session }: RegisteredDevice, living: Living): boolean =>
  session !== null && living.has(session.gatewayId)

/** Selects the gateways of these devices that have a valid lease; each is read once per request. */
export function createPresence(gateways: Pick<GatewayStore, 'leased'>) {
  const asked = new Set<string>()
  const living = new Set<string>()
  return async (devices: readonly RegisteredDevice[]): Promise<Living> => {
    const holders = new Set(devices.flatMap(({ session }) => (session ? [session.gatewayId] : [])))
    const news = [...holders].filter((gatewayId) => !asked.has(gatewayId))
    if (news.length === 0) return living
    for (const gatewayId of await gateways.leased(news)) living.add(gatewayId)
    for (const gatewayId of news) asked.add(gatewayId)
    return living
  }
}
