import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOf } from '#h02'
import { decodeCommonV1 } from '#h02/common-v1.ts'
import { decodeAnyText } from '#h02/decode.ts'
import { bytesOf, frameVectors } from './vectors.ts'

const of = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

const common = [
  '*HQ,9170000000,V1,060000,A,4603.0245,N,01430.3308,E,016.20,157,010626,FBFFBFFF,293,40,4180,44639#',
  '*hq,353505221264507,V1,235959,V,0000.00005,S,17959.99999,W,0,360,290224,ffffffff,214,03,13140,5085#',
  '*TH,1,V1,000000,A,8959.9999,S,00000.0001,W,1000,0,010100,00000000,799,0,0,1#',
]

/** What stands in fields, and what does not belong there. */
const pieces = [
  '',
  '0',
  '9',
  '5',
  'A',
  'V',
  'B',
  'N',
  'W',
  ',',
  '.',
  '-',
  '+',
  ' ',
  '#',
  '*',
  'F',
  '00',
  '60',
  '99',
  ',,',
]

describe('a V1 of the common form', () => {
  it.each(common)('is read by the fast reader to the same result as by the general one: %s', (text) => {
    const read = decodeCommonV1(of(text))
    expect(read).not.toBeNull()
    expect(read).toEqual(decodeAnyText(frameOf(of(text))))
  })

  it('is read to the same result or not at all, whatever is changed in it', () => {
    const change = fc.tuple(fc.nat(110), fc.nat(2), fc.constantFrom(...pieces))
    let read = 0
    fc.assert(
      fc.property(fc.constantFrom(...common), fc.array(change, { maxLength: 3 }), (text, changes) => {
        const changed = of(
          changes.reduce((left, [at, cut, piece]) => left.slice(0, at) + piece + left.slice(at + cut), text),
        )
        const result = decodeCommonV1(changed)
        if (result === null) return
        read++
        expect(result).toEqual(decodeAnyText(frameOf(changed)))
      }),
      { numRuns: 20_000 },
    )
    // Most digits may be others; what no longer fits goes to the general reader.
    expect(read).toBeGreaterThan(2_000)
  })

  it('is recognized among the vectors, and no other frame is', () => {
    const read = frameVectors.map(bytesOf).filter((bytes) => {
      const result = decodeCommonV1(bytes)
      if (result !== null) expect(result).toEqual(decodeAnyText(frameOf(bytes)))
      return result !== null
    })
    expect(read.length).toBeGreaterThan(5)
    expect(read.length).toBeLessThan(frameVectors.length / 2)
  })
})
