import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PEER_HEADER } from '../../cdk/local/stand-ins/peer.ts'
import type { Embedded } from '../../cdk/local/embedded.ts'
import { call, makeDataDir, removeDataDir, startForTest, TEST_ADMIN_KEY } from '../e2e/harness.ts'

const PUBLIC_URL = 'https://gps.example.com'
/** The default (lambdas/api/rate-limit.ts). */
const LIMIT = 30
const dataDir = makeDataDir()
let embedded: Embedded
beforeAll(async () => {
  embedded = await startForTest(dataDir, {}, { traccarApi: true, publicUrl: PUBLIC_URL })
})
afterAll(async () => {
  await embedded?.close()
  removeDataDir(dataDir)
})

type Asker = {
  readonly from?: string
  readonly forwarded?: string
  readonly headers?: Record<string, string>
}

/** The status of a request from an address of this machine, or from behind its proxy. */
function ask(
  path: string,
  key: string,
  { from = '127.0.0.1', forwarded, headers = {} }: Asker,
): Promise<number> {
  const behind = forwarded === undefined ? {} : { host: 'gps.example.com', 'x-forwarded-for': forwarded }
  return new Promise((resolve, reject) => {
    request(
      embedded.httpUrl + path,
      { localAddress: from, headers: { authorization: `Bearer ${key}`, ...behind, ...headers } },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode!)
      },
    )
      .once('error', reject)
      .end()
  })
}

async function askWrongly(path: string, asker: Asker): Promise<void> {
  for (let i = 0; i <= LIMIT; i++) await ask(path, `wrong-${i}`, asker)
}
/** Counts start again with each minute: all requests of a case must lie in the same one. */
async function inOneMinute<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    const minute = Math.floor(Date.now() / 60_000)
    const result = await act()
    if (Math.floor(Date.now() / 60_000) === minute) return result
  }
}

describe('a client that sends wrong keys locks out only itself', () => {
  it.each([
    ['/metrics', '127.0.1.1', '127.0.1.2'],
    ['/api/devices', '127.0.2.1', '127.0.2.2'],
    ['/v1/devices', '127.0.3.1', '127.0.3.2'],
  ])('at %s', async (path, stranger, other) => {
    const statuses = await inOneMinute(async () => {
      await askWrongly(path, { from: stranger })
      return [await ask(path, 'wrong', { from: stranger }), await ask(path, 'wrong', { from: other })]
    })
    expect(statuses).toEqual([429, 401])
    expect(await ask(path, TEST_ADMIN_KEY, { from: other })).toBe(200)
  })

  it('behind a proxy on this machine', async () => {
    const statuses = await inOneMinute(async () => {
      await askWrongly('/v1/devices', { forwarded: '10.9.9.9, 203.0.113.1' })
      return [
        await ask('/v1/devices', 'wrong', { forwarded: '203.0.113.1' }),
        await ask('/v1/devices', 'wrong', { forwarded: '203.0.113.1, 203.0.113.2' }),
      ]
    })
    expect(statuses).toEqual([429, 401])
  })

  it('and cannot pretend to be another client', async () => {
    const from = '127.0.4.1'
    const status = await inOneMinute(async () => {
      for (let i = 0; i <= LIMIT; i++) {
        const headers = { [PEER_HEADER]: `guess 203.0.113.${i}`, 'x-forwarded-for': `203.0.113.${i}` }
        await ask('/v1/devices', `wrong-${i}`, { from, headers })
      }
      return ask('/v1/devices', 'wrong', { from })
    })
    expect(status).toBe(429)
  })
})

it('a shared link that is made through a tunnel begins with the public URL', async () => {
  const deviceId = '9170000001'
  await call(embedded, '/v1/devices', { method: 'POST', body: { deviceId } })
  const { body } = await call(embedded, `/v1/devices/${deviceId}/shares`, { method: 'POST', body: {} })
  expect(body.url).toBe(`${PUBLIC_URL}/#/shared/${body.key}`)
})
