import type { RegisteredDevice } from '../../shared/store/devices.ts'
import type { GatewayStore } from '../../shared/store/gateways.ts'

/** Ids of gateways with a valid lease. A gateway that died leaves sessions behind: those are not connected. */
export type Living = ReadonlySet<string>

/** A gateway with a valid lease has its session. */
export const isOnline = ({ session }: RegisteredDevice, living: Living): boolean =>
  session !== null && living.has(session.gatewayId)

/** Filters the gateways of these devices by a valid lease; each is read once in a request. */
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
