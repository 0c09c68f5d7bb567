import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, frameOf, peek } from '#h02'
import { bytesOf, frameVectors, toHex } from './vectors.ts'

const textFrame = (text: string) => frameOf(new Uint8Array(Buffer.from(text, 'latin1')))
const binaryFrame = (hex: string) => frameOf(new Uint8Array(Buffer.from(hex, 'hex')))

describe('the id of a text frame', () => {
  const body = '162604,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF'
  it.each(['1', '11223344', '9170000000', '353505910000001', ' 9170000000 ', '\r\n9170000000'])(
    'is 1 to 15 digits without padding: %j',
    (id) => {
      expect(peek(textFrame(`*HQ,${id},V1,${body}#`))).toMatchObject({ id: id.trim(), hasMalformedId: false })
      expect(decode(textFrame(`*HQ,${id},V1,${body}#`))).toMatchObject({
        ok: true,
        message: { id: id.trim() },
      })
    },
  )
  it.each(['', ' ', '\0'])('is absent: %j', (id) => {
    expect(peek(textFrame(`*HQ,${id},V1,${body}#`))).toMatchObject({ id: null, hasMalformedId: false })
    expect(decode(textFrame(`*HQ,${id},V1,${body}#`))).toMatchObject({ ok: true, message: { id: null } })
  })
  it.each([
    'ABC123',
    '12345678901234567',
    '1234567890123456',
    '917000000x',
    '91 70',
    '-1',
    '9170000000\u00e9',
    '+1',
  ])('is malformed, which is not the same as absent: %j', (id) => {
    expect(peek(textFrame(`*HQ,${id},V1,${body}#`))).toMatchObject({ id: null, hasMalformedId: true })
    expect(decode(textFrame(`*HQ,${id},V1,${body}#`))).toMatchObject({ ok: false, reason: 'malformed' })
  })
})

describe('the quick peek and the decoder', () => {
  const frames = frameVectors
    .filter(({ direction }) => direction !== 'down')
    .map((vector) => frameOf(bytesOf(vector)))
  const mutated = fc.tuple(
    fc.constantFrom(...frames),
    fc.array(
      fc.tuple(fc.nat(140), fc.constantFrom(...Buffer.from('0159AVZ,#* $X.-'), 0x00, 0xff, 0x24, 0x93)),
      {
        maxLength: 4,
      },
    ),
  )
  it('find the same id in any frame', () => {
    fc.assert(
      fc.property(mutated, ([frame, changes]) => {
        const bytes = Uint8Array.from(frame.bytes)
        for (const [at, byte] of changes) if (at > 0 && at < bytes.length) bytes[at] = byte
        const changed = { kind: frame.kind, bytes }
        const decoded = decode(changed)
        const { id, hasMalformedId } = peek(changed)
        if (decoded.ok) expect([decoded.message.id, hasMalformedId]).toEqual([id, false])
        if (hasMalformedId) expect(decoded.ok).toBe(false)
      }),
      { numRuns: 20_000 },
    )
  })
})

/** A `$` record of 42 bytes: 15 digits and a filler, then the fields of the short form moved by 3 bytes. */
const longRecord = (id: string, filler: string, clock: string): string =>
  `24${id}${filler}${clock}2627335900074412294e024138feffffffff01120064ba73005ecc`

describe('a record with a 15-digit id', () => {
  it.each(['f', '0'])('keeps its id at every minute of a day, filler %s', (filler) => {
    const wrong: string[] = []
    for (const ending of ['235959', '000000', '123456', '095930', '201512']) {
      const id = `352483084${ending}`
      for (let minute = 0; minute < 1_440; minute++) {
        const time = `${String(Math.trunc(minute / 60)).padStart(2, '0')}${String(minute % 60).padStart(2, '0')}47`
        const frame = binaryFrame(longRecord(id, filler, `${time}311024`))
        const decoded = decode(frame)
        if (peek(frame).id !== id || !decoded.ok || decoded.message.id !== id) wrong.push(toHex(frame.bytes))
      }
    }
    expect(wrong).toEqual([])
  })
})
