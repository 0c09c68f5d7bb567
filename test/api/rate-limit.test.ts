import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN_KEY, startApi } from './fakes.ts'

let clock = 0
let api: Awaited<ReturnType<typeof startApi>>
const counted: string[] = []
beforeAll(async () => {
  api = await startApi({
    now: () => clock,
    rateLimits: { requestsPerKey: 5, wrongKeysPerAddress: 3 },
    metrics: { count: (name) => void counted.push(name), flush: () => {} },
  })
})
beforeEach(() => {
  // A window of its own for each test.
  clock += 60_000
  counted.length = 0
})
afterAll(() => api.close())

const wrongKey = `h02_000000000000_${'A'.repeat(43)}`
const ask = (key: string | null, address?: string) =>
  api.call('GET', '/v1/positions', { key, ...(address !== undefined && { address }) })

describe('the rate limit of a key', () => {
  it('counts requests, and refuses those beyond the limit until the minute is over', async () => {
    clock = Math.ceil(clock / 60_000) * 60_000 + 15_000
    const answers = []
    for (let n = 0; n < 6; n++) answers.push(await ask(ADMIN_KEY))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"key";q=5;w=60')
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual(
      [4, 3, 2, 1, 0, 0].map((left) => `"key";r=${left};t=45`),
    )
    const refused = answers[5]!
    expect([refused.headers.get('retry-after'), refused.json.type]).toEqual([
      '45',
      'urn:h02:problem:too-many-requests',
    ])
    expect(counted).toEqual(['RequestsLimited'])
    clock += 45_000
    expect((await ask(ADMIN_KEY)).status).toBe(200)
  })

  it('does not use up the requests of another', async () => {
    const { key } = (await api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })).json
    for (let n = 0; n < 5; n++) await ask(key)
    expect([(await ask(key)).status, (await ask(ADMIN_KEY)).status]).toEqual([429, 200])
  })

  it('adds its header fields to refusals as well', async () => {
    const missing = await api.call('GET', '/v1/devices/1')
    expect([missing.status, missing.headers.get('ratelimit')]).toEqual([404, expect.stringContaining('r=4')])
  })
})

describe('wrong keys', () => {
  it('are counted by address, and refused without a look-up beyond the limit', async () => {
    const address = '192.0.2.1'
    const statuses = []
    for (const key of [wrongKey, null, 'nonsense', wrongKey]) statuses.push((await ask(key, address)).status)
    expect(statuses).toEqual([401, 401, 401, 429])
    expect(counted).toEqual(Array(4).fill('WrongKeys'))
    expect((await ask(wrongKey, '192.0.2.2')).status).toBe(401)
    expect((await ask(wrongKey, address)).headers.get('retry-after')).toMatch(/^\d+$/)
  })

  it('do not lock out a key that was accepted lately from the same address', async () => {
    const address = '192.0.2.3'
    const { key } = (await api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })).json
    expect((await ask(key, address)).status).toBe(200)
    for (let n = 0; n < 5; n++) await ask(wrongKey, address)
    expect((await ask(key, address)).status).toBe(200)
  })
})
