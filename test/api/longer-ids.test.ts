import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isPartOfId } from '#shared/domain/diagnosis/related-ids.ts'
import { findLongerIds } from '../../lambdas/api/diagnosis/longer-ids.ts'

/** A list in the order of DynamoDB's keys, which counts what is read. */
function listOf(ids: readonly string[]) {
  const sorted = [...new Set(ids)].sort()
  const read = { items: 0, gets: 0 }
  return {
    read,
    get: (deviceId: string) => {
      read.gets++
      return Promise.resolve(sorted.includes(deviceId) ? { deviceId } : null)
    },
    list: async function* ({ after }: { after: string }) {
      for (const deviceId of sorted)
        if (deviceId > after) {
          read.items++
          yield await Promise.resolve({ deviceId })
        }
    },
  }
}

const idsOf = async (ids: ReturnType<typeof listOf>, deviceId: string) => {
  const { found, isComplete } = await findLongerIds(ids, deviceId)
  return { found: found.map((one) => one.deviceId).sort(), isComplete }
}

it('finds the IMEI of a short id in a large fleet, and reads little of it', async () => {
  const fleet = Array.from({ length: 5_000 }, (_, i) => [
    `35933${9_170_000_000 + i}`,
    `8612345${String(i).padStart(8, '0')}`,
    String(9_170_000_000 + i * 7),
  ]).flat()
  const ids = listOf(fleet)
  expect(await idsOf(ids, '9170004321')).toEqual({ found: ['359339170004321'], isComplete: true })
  expect(ids.read.items).toBeLessThan(30)
  expect(ids.read.gets).toBeLessThan(100)
})

it('says so if there are more beginnings than it tries', async () => {
  const short = Array.from({ length: 60 }, (_, i) => `${91_000 + i}00000`)
  const ids = listOf([...short, '359339100500000', '999999100500000'])
  // IMEIs come first, so this one is found all the same.
  expect(await idsOf(ids, '9100500000')).toEqual({ found: ['359339100500000'], isComplete: false })
  expect(ids.read.items).toBeLessThan(60)
  expect(ids.read.gets).toBeLessThan(220)
})

it('finds exactly the longer related ids of any fleet', async () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '3', '5', '6', '8'), maxLength: 7 })
  const short = fc.string({ unit: fc.constantFrom('1', '3', '5', '8'), minLength: 8, maxLength: 12 })
  let longer = 0
  await fc.assert(
    fc.asyncProperty(
      short,
      fc.array(fc.tuple(digits, fc.boolean()), { maxLength: 12 }),
      fc.array(fc.string({ unit: fc.constantFrom('1', '3', '5', '8'), minLength: 8, maxLength: 15 }), {
        maxLength: 12,
      }),
      async (deviceId, added, others) => {
        const related = added.map(([piece, isHead]) =>
          isHead ? (piece + deviceId).slice(-15) : (deviceId + piece).slice(0, 15),
        )
        const all = [...new Set([deviceId, ...related, ...others])]
        const expected = all.filter((id) => id.length > deviceId.length && isPartOfId(id, deviceId)).sort()
        longer += expected.length
        expect(await idsOf(listOf(all), deviceId)).toEqual({ found: expected, isComplete: true })
      },
    ),
    { numRuns: 200 },
  )
  expect(longer).toBeGreaterThan(100)
})
