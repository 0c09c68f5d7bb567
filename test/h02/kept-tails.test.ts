import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decode } from '#h02'

const decodeTail = (tail: readonly string[]) => {
  const text = `*HQ,9170000000,V1,162604,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,${tail.join(',')}#`
  const decoded = decode({ kind: 'text', bytes: new Uint8Array(Buffer.from(text, 'latin1')) })
  return decoded.ok ? decoded.message : null
}

const decimalTail = fc.tuple(
  fc.integer({ min: 200, max: 799 }).map(String),
  fc.integer({ min: 0, max: 99 }).map((mnc) => String(mnc).padStart(2, '0')),
  fc.integer({ min: 1, max: 65_535 }).map(String),
  fc.integer({ min: 0, max: 268_435_455 }).map(String),
)

it('a cell reads the same when it comes again, and when others have come between that share its place in the table', () => {
  fc.assert(
    fc.property(fc.array(decimalTail, { minLength: 1, maxLength: 40 }), (tails) => {
      for (const tail of [...tails, ...tails, ...tails.toReversed()]) {
        const [mcc, mnc, lac, cid] = tail.map(Number)
        expect(decodeTail(tail)).toMatchObject({ extra: tail, cells: [{ mcc, mnc, lac, cid }] })
      }
    }),
    { numRuns: 200 },
  )
})

it('a tail that says more than its cell says it each time', () => {
  const nowhere = ['460', '00', '0', '0']
  const battery = ['460', '00', '9520', '3671', '57']
  for (const _ of [1, 2, 3]) {
    expect(decodeTail(nowhere)).toMatchObject({ cells: [], details: { mcc: 460, mnc: 0 }, extra: nowhere })
    expect(decodeTail(battery)).toMatchObject({ cells: [{ cid: 3671 }], batteryRaw: 57, extra: battery })
  }
})

it('nobody can change what the next frame reads', () => {
  const message = decodeTail(['460', '00', '9520', '3671'])!
  expect(Object.isFrozen(message.cells) && Object.isFrozen(message.extra)).toBe(true)
  expect(Object.isFrozen(message.cells[0])).toBe(true)
})
