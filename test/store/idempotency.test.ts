import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdempotencyStore } from '#shared/store/idempotency.ts'
import { startFleet } from '../api/fakes.ts'

let now = Date.UTC(2026, 0, 10)
let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
})
afterAll(() => fleet.close())

let keys = 0
const makeRequest = (fingerprint = 'a') => ({ callerId: 'k1', key: `key-${++keys}`, fingerprint })
const openStore = () => createIdempotencyStore({ ...fleet, now: () => now })
const answer = { status: 202, headers: { location: '/x' }, body: '{"ok":true}' }

describe('an idempotency key', () => {
  it('is claimed by one of many requests that come at once', async () => {
    const store = openStore()
    const request = makeRequest()
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.claim(request, id)))
    expect(claims.map(({ outcome }) => outcome).toSorted()).toEqual([
      'first',
      'running',
      'running',
      'running',
    ])
  })

  it('gives the first answer again, and to no one else', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    await store.settle(request, answer)
    expect(await store.claim(request, 'id2')).toEqual({ outcome: 'done', answer })
    expect(await store.claim({ ...request, fingerprint: 'b' }, 'id3')).toEqual({ outcome: 'other-request' })
    expect(await store.claim({ ...request, callerId: 'k2' }, 'id4')).toEqual({ outcome: 'first', id: 'id4' })
  })

  it('is as good as new after a refusal', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    await store.release(request)
    expect(await store.claim({ ...request, fingerprint: 'b' }, 'id2')).toEqual({
      outcome: 'first',
      id: 'id2',
    })
  })

  it('lets one request take up, under the same id, what ended without an answer', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    now += 30_000
    expect(await store.claim(request, 'id2')).toEqual({ outcome: 'running' })
    now += 10_000
    const claims = await Promise.all(['id3', 'id4'].map((id) => store.claim(request, id)))
    expect(claims).toContainEqual({ outcome: 'first', id: 'id1' })
    expect(claims).toContainEqual({ outcome: 'running' })
  })

  it('is forgotten after a day, also where the table still has it', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    await store.settle(request, answer)
    now += 86_400_000 + 2_000
    expect(await store.claim(request, 'id2')).toEqual({ outcome: 'first', id: 'id2' })
  })
})
