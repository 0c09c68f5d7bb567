import { describe, expect, it } from 'vitest'
import { faultOfJoin, faultOfRaw, nothingUnterminated } from '#h02/catalogue/index.ts'
import { afterWrite } from '#h02/catalogue/stream.ts'
import { toBytes } from './commands.ts'

const after = (...writes: string[]) =>
  writes.reduce((before, said) => afterWrite(before, toBytes(said)), nothingUnterminated)
const join = (before: readonly string[], said: string, isTyped = true) =>
  faultOfJoin(after(...before), toBytes(said), { model: null, isTyped })

describe('the unterminated end of written bytes', () => {
  it('is what follows the last #, bounded, with blanks and padding as one blank', () => {
    expect(after('94').text).toBe('94')
    expect(after('94', '\0\r\n 0').text).toBe('94 0')
    expect(after('94', '*HQ,1,S26,120000,0#')).toEqual(nothingUnterminated)
    expect(after('*HQ,1,S26,120000,0#94').text).toBe('94')
    expect(after('x'.repeat(500), 'y'.repeat(500)).text.length).toBeLessThanOrEqual(256)
    expect(after('94' + ' '.repeat(400)).text).toBe('94 ')
  })

  it('is a whole command only after a complete command of the catalogue', () => {
    expect(after('CXZT').isWhole).toBe(true)
    expect(after('94').isWhole).toBe(false)
    expect(after('94', 'CXZT').isWhole).toBe(true)
  })
})

describe('bytes that join with those before', () => {
  it.each([
    [['94'], '00000'],
    [['9', '4', '0'], '0000'],
    [['94' + ' '.repeat(400)], ' 0 0000'],
    [['8050000 94'], '00000'],
    [['8050000 900'], '0000'],
    [['94'], '0110000'],
  ] as const)('are refused: after %j, %j', (before, said) => {
    expect(join(before, said)).toMatch(/more dangerous command/)
  })

  it('are accepted where the result is not more dangerous', () => {
    expect(join([], '00000')).toBeNull()
    expect(join(['CXZT'], 'RCONF')).toBeNull()
    expect(join(['8090000 60'], '8050000 20')).toBeNull()
    expect(join(['8050000 20'], '9020000')).toBeNull()
    expect(join(['8050000 20'], '8090000 300')).toBeNull()
    expect(join(['94'], '*HQ,1,S20,120000,1,0#')).toBeNull()
  })

  it('that are unknown are accepted after any command, unless both together are a cut', () => {
    expect(join(['4915112345674711 2'], 'ZZTOP777 4711')).toBeNull()
    expect(join(['8050000 20'], 'XYZ 8040000')).toBeNull()
    expect(join(['CXZT'], '7')).toBeNull()
    expect(join(['8050000 70'], '00000')).toBeNull()
    expect(join(['8050000 94'], '00000')).not.toBeNull()
    expect(join(['9400000'], 'ZZTOP')).not.toBeNull()
  })

  it('are refused after a whole command only where both together could be a cut', () => {
    expect(join(['8090000 940'], '8050000 20')).not.toBeNull()
    for (const on of [10, 20, 30, 60, 120, 300, 600, 1_800, 18_000]) {
      for (const off of [1, 60, 300, 480, 600, 1_800]) {
        expect([on, off, join([`8050000 ${on}`], `8090000 ${off}`)]).toEqual([on, off, null])
        expect([on, off, join([`8090000 ${off}`], `8050000 ${on}`)]).toEqual([on, off, null])
      }
    }
  })

  it('are accepted where the catalogue writes a command after a whole one', () => {
    expect(join(['8050000 900'], '8050000 20', false)).toBeNull()
    expect(join(['8050000 940'], '9410000', false)).toBeNull()
    expect(join(['94'], '0110000', false)).not.toBeNull()
  })
})

describe('bytes written on their own', () => {
  it.each(['*HQ,1,S2', '0,120000,1,1#', '*', '#', '*HQ,1,S32,120000,1', '*HQ,1,S26,120000,0#1#', 'PARAM#'])(
    'are refused where they could be a part of a command: %j',
    (said) => {
      expect(faultOfRaw(toBytes(said))).toMatch(/^the bytes/)
    },
  )

  it.each([
    '94',
    'CXZT',
    'CXZT#',
    'C10#',
    'D101#',
    '101#612345789#',
    '<SPBSJ*P:BSJGPS*3P:2>',
    'hello',
    '*HQ,1,S26,120000,0#',
    '*HQ,1,ZZ,1#94',
  ])('are accepted: %j', (said) => {
    expect(faultOfRaw(toBytes(said))).toBeNull()
  })
})
