import { expect, it } from 'vitest'
import { findBreach, holdsCut, runAttack } from './cut-attack.ts'

const attack = (...pieces: string[]) => runAttack({ pieces, model: null, isEngineOn: false })

it.each([
  ['*HQ,9170000000,S2', '0,120000,1,1#'],
  ['94', '00000'],
  ['9', '4', '0', '0', '0', '0', '0'],
  ['5', '55'],
  ['90', '00000', '90', '10000'],
  ['8050000 94', '00000'],
  ['8050000 20', '94', '00000'],
  ['CXZT94', '0 0000'],
  ['8050000 900', '9020000'],
  ['8050000 940', '8050000 20'],
])('raw bytes %j, %j … never join to a cut on the socket', (...pieces) => {
  expect(holdsCut(pieces.join(''))).toBe(true)
  expect(holdsCut(attack(...pieces))).toBe(false)
})

it('restores and reads are accepted, whatever was written before', () => {
  const restore = '*HQ,9170000000,S20,120000,1,0#'
  expect(attack('94', 'CXZT', '9020000', restore)).toBe(`94CXZT9020000${restore}`)
  // Only where the digits themselves would join to a cut the text form is withheld, and the frame is not.
  expect(attack('8050000 900', '9020000', restore)).toBe(`8050000 900${restore}`)
})

it('a phone number may have the digits of a cut in its middle, not at its beginning', () => {
  expect(attack('100000940471\t1')).toBe('100000940471\t1')
  expect(attack('9400000471\t1')).toBe('')
})

// Many more: cut-attack.long.test.ts.
it('20,000 spellings of every cut, split into raw commands, never reach a socket as a cut', () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  const { breach, written } = findBreach(20_000, seed)
  expect(breach).toBeNull()
  // Proves that the test works: parts of most attacks are written.
  expect(written).toBeGreaterThan(6_000)
})
