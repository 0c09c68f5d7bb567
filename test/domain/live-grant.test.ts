import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeGrant,
  encodeGrant,
  MAX_LIVE_GRANTS,
  mergeGrants,
  type LiveGrant,
} from '#shared/domain/live-grant.ts'

const NOW = 1_000
const grants = fc.uniqueArray(
  fc.record({
    grantId: fc.stringMatching(/^[0-9a-f]{16}$/),
    keyId: fc.constantFrom('0123456789ab', 'ba9876543210', null),
    until: fc.integer({ min: 0, max: 3 * NOW }),
  }),
  { selector: ({ grantId }) => grantId, maxLength: 20 },
)

describe('grants of a live view', () => {
  it('are read from the table as they were written', () => {
    fc.assert(
      fc.property(grants, (some) => {
        expect(some.map((one) => decodeGrant(encodeGrant(one)))).toEqual(some)
      }),
    )
    for (const text of ['', 'x', '1.', '1..k', '1.a', '1.a.b.c', '-1.a.b'])
      expect(decodeGrant(text)).toBeNull()
  })

  it('of a device are at most eight valid ones, the new one always included', () => {
    fc.assert(
      fc.property(grants, grants, (known, [added]) => {
        fc.pre(added !== undefined)
        const merged = mergeGrants(known, [added], NOW)
        expect(merged.length).toBeLessThanOrEqual(MAX_LIVE_GRANTS)
        expect(merged.every(({ until }) => until > NOW)).toBe(true)
        expect(merged.includes(added)).toBe(added.until > NOW)
        const valid = known.filter(({ until, grantId }) => until > NOW && grantId !== added.grantId)
        expect(merged.length).toBe(Math.min(MAX_LIVE_GRANTS, valid.length + (added.until > NOW ? 1 : 0)))
      }),
    )
  })

  it('displace those of the same key first', () => {
    const grant = (grantId: string, keyId: string, until = 2_000): LiveGrant => ({ grantId, keyId, until })
    const others = Array.from({ length: 6 }, (_, n) => grant(`other${n}`, 'other', 1_500 + n))
    const mine = [grant('mine0', 'mine', 1_900), grant('mine1', 'mine', 1_950)]
    const merged = mergeGrants([...others, ...mine], [grant('new', 'mine')], NOW).map(
      ({ grantId }) => grantId,
    )
    expect(merged).toHaveLength(8)
    expect(merged).not.toContain('mine0')
  })
})
