import { forEachLimited } from '#shared/concurrency.ts'
import { rollHash } from './parts/ids.ts'

export type Api = { readonly httpUrl: string; readonly adminKey: string }

const ROWS_PER_REQUEST = 1_000
const REQUESTS_IN_FLIGHT = 4

async function call({ httpUrl, adminKey }: Api, path: string, csv?: string): Promise<any> {
  const answer = await fetch(httpUrl + path, {
    method: csv === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${adminKey}`,
      ...(csv !== undefined && { 'content-type': 'text/csv' }),
    },
    ...(csv !== undefined && { body: csv }),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
  return answer.json()
}

/** In bulk: what registers itself may do so a thousand times an hour only. */
export async function register(api: Api, deviceIds: readonly string[]): Promise<void> {
  for (let i = 0; i < deviceIds.length; i += ROWS_PER_REQUEST)
    await call(api, '/v1/devices', ['deviceId', ...deviceIds.slice(i, i + ROWS_PER_REQUEST)].join('\n'))
}

/** Each device's frames as a user reads them: how many, and all of them as one number. */
export async function readBack(
  api: Api,
  deviceIds: readonly string[],
): Promise<Map<string, { readonly frames: number; readonly hash: number }>> {
  const read = new Map<string, { frames: number; hash: number }>()
  await forEachLimited(deviceIds, REQUESTS_IN_FLIGHT, async (deviceId) => {
    const one = { frames: 0, hash: 0 }
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: { hex: string }[]; nextCursor: string | null } = await call(
        api,
        `/v1/devices/${deviceId}/frames?order=asc&direction=up&limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      )
      for (const { hex } of page.items) {
        one.frames++
        one.hash = rollHash(one.hash, Buffer.from(hex, 'hex'))
      }
      cursor = page.nextCursor
    }
    read.set(deviceId, one)
  })
  return read
}
