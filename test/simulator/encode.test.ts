import { describe, expect, it } from 'vitest'
import { decode, frameOf, type Message } from '#h02'
import { encodeMileageRecord, encodeRecord, type Record, type RecordLength } from './encode-record.ts'
import { encodeText, encodeV1 } from './encode.ts'
import { createInbox } from './inbox.ts'
import { toPrintable } from './print.ts'

const record: Record = {
  id: '4109000000',
  fixTime: Date.UTC(2026, 1, 28, 23, 59, 59),
  fix: { valid: true, latitude: -33.868833, longitude: -70.5, speedKnots: 12, course: 359, satellites: 0x24 },
  status: 'FFFFFBFF',
  cell: { mcc: 730, mnc: 1, lac: 4180, cid: 44_639 },
  record: 200,
  battery: 6,
  gsm: 21,
  mileageKm: 504,
  volts: 12.4,
}

const read = (bytes: Uint8Array): Message => {
  const result = decode(frameOf(bytes))
  if (!result.ok) throw new Error(result.detail)
  return result.message
}

describe('encoded records', () => {
  it.each<RecordLength>([32, 42, 45, 47, 51, 54])(
    'a record of %i bytes decodes to the values that it was made of',
    (length) => {
      const message = read(encodeRecord(length, record))
      expect(message.binary?.length).toBe(length)
      expect(message.id).toBe(length === 42 ? '000004109000000' : '4109000000')
      expect(message.position).toMatchObject({
        fixTime: record.fixTime,
        valid: true,
        latitude: -33.868833,
        longitude: -70.5,
        speedKnots: 12,
        course: 359,
      })
      expect(message.status?.word).toBe('FFFFFBFF')
    },
  )

  it('47 and 51 bytes carry the supply voltage', () => {
    expect(read(encodeRecord(47, record)).voltage).toBe(12.4)
    expect(read(encodeRecord(51, record)).voltage).toBe(12.4)
  })

  it('an X record carries the mileage and no id', () => {
    const message = read(encodeMileageRecord(record))
    expect(message.id).toBeNull()
    expect(message.mileageKm).toBeCloseTo(504, 2)
  })
})

describe('encoded texts', () => {
  it('minutes that round up do not become 60', () => {
    const fix = { ...record.fix, latitude: 45.99999999, longitude: -9.99999999 }
    const bytes = encodeV1({ maker: 'HQ', id: '1' }, { ...record, fix })
    expect(Buffer.from(bytes).toString()).toContain(',A,4600.0000,N,01000.0000,W,')
  })

  it('heartbeats of any shape decode', () => {
    const sender = { maker: 'HQ', id: '355488020137325' }
    expect(read(encodeText(sender, 'XT', 'V', 0, 0)).type).toBe('XT')
    expect(read(encodeText(sender, 'HTBT', 100)).batteryPercent).toBe(100)
  })

  it('prints line feeds visibly and records as hex', () => {
    expect(toPrintable(Buffer.from('*HQ,1,SMS,a\nb\r#'))).toBe('*HQ,1,SMS,a␊b␍#')
    expect(toPrintable(encodeRecord(32, record))).toMatch(/^24[0-9a-f]{62}$/)
  })
})

describe('the inbox of a simulated tracker', () => {
  const readAll = (...chunks: string[]): string[] => {
    const inbox = createInbox()
    return chunks
      .flatMap((chunk) => inbox(Buffer.from(chunk)))
      .map(({ bytes }) => Buffer.from(bytes).toString())
  }

  it('distinguishes texts from frames in one segment', () => {
    expect(readAll('*HQ,1,R12,120000#CXZT*HQ,1,R12,120001#')).toEqual([
      '*HQ,1,R12,120000#',
      'CXZT',
      '*HQ,1,R12,120001#',
    ])
  })

  it('puts a frame together from two segments', () => {
    expect(readAll('*HQ,1,S20,12', '0000,1,1#')).toEqual(['*HQ,1,S20,120000,1,1#'])
  })
})
