import { describe, expect, it } from 'vitest'
import { ackKindOf, encodeAck, frameOf, peek } from '#h02'

const now = Date.UTC(2026, 10, 23, 7, 5, 9)
const IMEI = '353505621300047'

/** The ack a frame gets by the table, as text. */
function ackOf(frame: string | Uint8Array): string | null {
  const bytes = typeof frame === 'string' ? Buffer.from(frame, 'latin1') : frame
  const peeked = peek(frameOf(bytes))
  const ack = encodeAck(
    ackKindOf(peeked, frameOf(bytes).kind),
    { maker: peeked.maker, id: peeked.id ?? '9170000000', type: peeked.type },
    now,
  )
  return ack && Buffer.from(ack).toString()
}

describe('the ack', () => {
  it.each([
    ['V1 of a 10-digit tracker', '*HQ,9170000000,V1,1#', '*HQ,9170000000,R12,070509#'],
    ['V8', '*HQ,9170000000,V8,1#', '*HQ,9170000000,R12,070509#'],
    ['V6', '*HQ,9170000000,V6,1#', '*HQ,9170000000,R12,070509#'],
    ['V1 of a 15-digit tracker', `*HQ,${IMEI},V1,1#`, `*HQ,${IMEI},V4,V1,20261123070509#`],
    ['NBR', '*HQ,4206119130,NBR,1#', '*HQ,4206119130,V4,NBR,20261123070509#'],
    ['V0', `*HQ,${IMEI},V0#`, `*HQ,${IMEI},V0#`],
    ['HTBT with a battery', `*HQ,${IMEI},HTBT,100#`, `*HQ,${IMEI},HTBT#`],
    ['a tracker with a maker of its own', '*TH,2020916012,V1,1#', '*TH,2020916012,R12,070509#'],
    ['a tracker that writes its maker small', '*hq,9170000000,V1,1#', '*hq,9170000000,R12,070509#'],
  ])('answers %s', (_, frame, ack) => expect(ackOf(frame)).toBe(ack))

  it.each(['LINK', 'XT', 'SMS', 'V4'])('is not owed for %s', (type) => {
    expect(ackOf(`*HQ,9170000000,${type},1#`)).toBeNull()
  })

  it('to binary records uses HQ, which they do not contain', () => {
    const record = Buffer.from('2441060116601245431311165035313006004318210e000000fffffbffff0024', 'hex')
    expect(ackOf(record)).toBe('*HQ,4106011660,R12,070509#')
    expect(
      ackOf(Buffer.from('5800009814991024031101175540227006012321670c000095fffffbffff0033', 'hex')),
    ).toBe('*HQ,9170000000,R12,070509#')
  })
})

describe('the quick peek at a frame', () => {
  const of = (text: string) => peek(frameOf(Buffer.from(text, 'latin1')))
  it('returns maker, id and type', () => {
    expect(of('*HQ,9170000000,V1,1#')).toEqual({
      maker: 'HQ',
      id: '9170000000',
      hasMalformedId: false,
      type: 'V1',
    })
    expect(of('*HQ,4109198974,#')).toEqual({
      maker: 'HQ',
      id: '4109198974',
      hasMalformedId: false,
      type: null,
    })
    expect(of('*HQ,,V1,1#')).toEqual({ maker: 'HQ', id: null, hasMalformedId: false, type: 'V1' })
    expect(of('*HQ,9170503816,XT#')).toEqual({
      maker: 'HQ',
      id: '9170503816',
      hasMalformedId: false,
      type: 'XT',
    })
  })
  it('returns the 15 digits of a record with an 8-byte id', () => {
    const record = '2435248308419329301047591808172627335900074412294e024138feffffffff01120064ba73005ecc'
    expect(peek(frameOf(Buffer.from(record, 'hex')))).toEqual({
      maker: null,
      id: '352483084193293',
      hasMalformedId: false,
      type: '$',
    })
  })
  it('returns no id other than 1 to 15 digits', () => {
    expect(of('*HQ,91700;DROP,V1,1#').id).toBeNull()
    expect(of('*HQ,1234567890123456,V1,1#').id).toBeNull()
  })
  it('returns the IMEI of a card reader', () => {
    expect(of('*HQ200862408328000109,GY@\x01\x02\r\n#')).toMatchObject({
      id: '862408328000109',
      type: 'transparent',
    })
  })
})
