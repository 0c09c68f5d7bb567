import { expect, it } from 'vitest'
import { DEVICE_ID, findRelayBreach, runRelay, type Happening } from './relay-attack.ts'
import { holdsCut } from './cut-attack.ts'

it.each<[Happening, ...Happening[]]>([
  ['94', 400, '00000'],
  ['94', 400, null, '00000'],
  ['94', '00000'],
  ['*HQ,9170000000,S2', 400, '0,120000,1,1#'],
  ['*HQ,9170000000,S2', 11_000, '0,120000,1,1#'],
  ['S20,120000', 400, ',1,1', 400],
  ['8050000 20', 400, '94', 400, '00000'],
  ['5', 1_000, '5', 1_000, '5'],
])('bytes of the other server %j, %j, … never join to a cut', (...happenings) => {
  expect(holdsCut(runRelay(happenings))).toBe(false)
})

it('lets restores and reads through', () => {
  const restore = `*HQ,${DEVICE_ID},S20,120000,1,0#`
  expect(runRelay(['CXZT', 400, restore, 400, '9020000'])).toBe(`CXZT${restore}9020000`)
})

it('20,000 spellings of every cut, in pieces, with acks between them, never reach a tracker as a cut', () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  const { breach, written } = findRelayBreach(20_000, seed)
  expect(breach).toBeNull()
  // Otherwise it would prove nothing: parts of most attacks do go out.
  expect(written).toBeGreaterThan(6_000)
})
