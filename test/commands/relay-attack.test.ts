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
  // Complete commands whose own parameters hold the digits of a cut.
  ['902', 350, '0000940471 1'],
  ['00009404711 2'],
  ['1380940000 1'],
  ['admin0000 4915794047110'],
  ['8059404 711'],
])('bytes of the relay server %j, %j, … never join to a cut', (...happenings) => {
  expect(holdsCut(runRelay(happenings))).toBe(false)
})

it('restores and reads of the relay server are accepted', () => {
  const restore = `*HQ,${DEVICE_ID},S20,120000,1,0#`
  expect(runRelay(['CXZT', 400, restore, 400, '9020000'])).toBe(`CXZT${restore}9020000`)
})

// Many more: cut-attack.long.test.ts.
it('5,000 spellings of every cut, in pieces, never reach a tracker', () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  const { breach, written } = findRelayBreach(5_000, seed)
  expect(breach).toBeNull()
  // Proves that the test works: parts of most attacks are written.
  expect(written).toBeGreaterThan(1_500)
})
