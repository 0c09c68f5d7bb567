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
describe('an idempotency key in the store', () => {
  it('returns the id of the first request to simultaneous ones', async () => {
    const store = openStore()
    const request = makeRequest()
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.claim(request, id)))
    const outcomes = claims.map(({ outcome }) => outcome).toSorted()
    expect(outcomes).toEqual(['again', 'again', 'again', 'first'])
    expect(new Set(claims.map((claim) => 'id' in claim && claim.id)).size).toBe(1)
  })

  it('returns the first id again to the same request only', async () => {
    const store = openStore()
    const request = makeRequest()
    expect(await store.claim(request, 'id1')).toEqual({ outcome: 'first', id: 'id1' })
    expect(await store.claim(request, 'id2')).toEqual({ outcome: 'again', id: 'id1' })
    expect(await store.claim({ ...request, fingerprint: 'b' }, 'id3')).toEqual({ outcome: 'other-request' })
    expect(await store.claim({ ...request, callerId: 'k2' }, 'id4')).toEqual({ outcome: 'first', id: 'id4' })
  })

  it('can be used again after a refusal', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    await store.release(request, 'id1')
    expect(await store.claim({ ...request, fingerprint: 'b' }, 'id2')).toEqual({
      outcome: 'first',
      id: 'id2',
    })
  })

  it('is not released by a refusal while another request uses its id', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    await store.claim(request, 'id2')
    await store.release(request, 'id1')
    expect(await store.claim(request, 'id3')).toEqual({ outcome: 'again', id: 'id1' })
  })

  it('is not released by a much older request', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    now += 86_400_000 + 2_000
    await store.claim(request, 'id2')
    await store.release(request, 'id1')
    expect(await store.claim(request, 'id3')).toEqual({ outcome: 'again', id: 'id2' })
  })

  it('expires after a day, even where the table still has it', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    now += 86_400_000 + 2_000
    expect(await store.claim(request, 'id2')).toEqual({ outcome: 'first', id: 'id2' })
  })
})
