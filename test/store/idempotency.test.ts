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
describe('an idempotency key', () => {
  it('gives requests that come at once the id of the first', async () => {
    const store = openStore()
    const request = makeRequest()
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.claim(request, id)))
    const outcomes = claims.map(({ outcome }) => outcome).toSorted()
    expect(outcomes).toEqual(['again', 'again', 'again', 'first'])
    expect(new Set(claims.map((claim) => 'id' in claim && claim.id)).size).toBe(1)
  })

  it('gives the same request the first id again, and no one else', async () => {
    const store = openStore()
    const request = makeRequest()
    expect(await store.claim(request, 'id1')).toEqual({ outcome: 'first', id: 'id1' })
    expect(await store.claim(request, 'id2')).toEqual({ outcome: 'again', id: 'id1' })
    expect(await store.claim({ ...request, fingerprint: 'b' }, 'id3')).toEqual({ outcome: 'other-request' })
    expect(await store.claim({ ...request, callerId: 'k2' }, 'id4')).toEqual({ outcome: 'first', id: 'id4' })
  })

  it('is as good as new after a refusal', async () => {
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

  it('is not released by a request of long ago', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    now += 86_400_000 + 2_000
    await store.claim(request, 'id2')
    await store.release(request, 'id1')
    expect(await store.claim(request, 'id3')).toEqual({ outcome: 'again', id: 'id2' })
  })

  it('is forgotten after a day, also where the table still has it', async () => {
    const store = openStore()
    const request = makeRequest()
    await store.claim(request, 'id1')
    now += 86_400_000 + 2_000
    expect(await store.claim(request, 'id2')).toEqual({ outcome: 'first', id: 'id2' })
  })
})
