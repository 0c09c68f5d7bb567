import type { components } from '../../lambdas/api/openapi-types.ts'
import { accepted, type ApiClient } from './api-client.ts'

const PAGE = 500

/** Reads all devices that the key sees. */
export async function readAllDevices(api: ApiClient): Promise<components['schemas']['Device'][]> {
  const devices: components['schemas']['Device'][] = []
  for (let cursor: string | null = null; ;) {
    const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor !== null && { cursor }) }
    const page = await accepted(api.GET('/v1/devices', { params: { query } }))
    devices.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null) return devices
  }
}
