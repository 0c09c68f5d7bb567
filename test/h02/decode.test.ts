import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, frameOf, toBatchFixTime, type Message } from '#h02'
import { bytesOf, frameVectors } from './vectors.ts'

const of = (text: string) => decode(frameOf(Buffer.from(text, 'latin1')))
function messageOf(text: string): Message {
  const result = of(text)
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`)
  return result.message
}
/** V1 with single fields replaced. */
const v1 = ({
  time = '162604',
  valid = 'A',
  lat = '4221.2102',
  ns = 'N',
  lon = '00752.5961',
  ew = 'W',
  speed = '024.05',
  course = '133',
  date = '250523',
  status = 'FFFFBBFF',
  tail = ',214,03,13140,5085',
} = {}) =>
  messageOf(
    `*HQ,9170000000,V1,${time},${valid},${lat},${ns},${lon},${ew},${speed},${course},${date},${status}${tail}#`,
  )

describe('coordinates of a frame', () => {
  it.each([
    ['two digits of degrees in a latitude', { lat: '4221.2102' }, 42.353503],
    ['one digit of degrees', { lat: '954.9490' }, 9.915817],
    ['five decimals of minutes', { lat: '2827.61232' }, 28.460205],
    ['no point at all', { lat: '37573392', ns: 'S' }, -37.955653],
    ['a sign and a dash, where the hemisphere decides', { lat: '-23-29.0095', ns: 'S' }, -23.483492],
  ])('with %s are read', (_, fields, latitude) => expect(v1(fields).position?.latitude).toBe(latitude))

  it('of a longitude may lack their degrees', () => {
    expect(v1({ lon: '38.6508' }).position?.longitude).toBe(-0.64418)
  })

  it.each(['N', '', 'X'])('of a VP1 are unknown with "%s" as east or west', (ew) => {
    const { position } = messageOf(
      `*hq,356327080425330,VP1,A,2702.7245,S,15251.9311,${ew},0.48,0.0000,080917#`,
    )
    expect(position).toMatchObject({ latitude: null, longitude: null, speedKnots: 0.48 })
  })

  it.each([
    ['empty', { lat: '', ns: '' }],
    ['with a hemisphere "0"', { lat: '0.0000', ns: '0' }],
    ['beyond the pole', { lat: '9160.0000' }],
    ['of 99 degrees', { lat: '9999.9999' }],
    ['not numbers', { lat: 'null' }],
  ])('%s are null, not zero', (_, fields) => expect(v1(fields).position?.latitude).toBeNull())
})

describe('the fix time of a frame', () => {
  it.each([
    ['is UTC', {}, Date.UTC(2023, 4, 25, 16, 26, 4)],
    ['is null when the tracker never had a fix', { time: '000000', date: '000000' }, null],
    ['is null when it is empty', { time: '', date: '' }, null],
    ['is the GPS epoch for a tracker that says 1980', { date: '050180' }, Date.UTC(1980, 0, 5, 16, 26, 4)],
    ['is read on when seconds overflow', { time: '160169' }, Date.UTC(2023, 4, 25, 16, 2, 9)],
    ['is null on a day that does not exist', { date: '310223' }, null],
  ])('%s', (_, fields, fixTime) => expect(v1(fields).position?.fixTime).toBe(fixTime))
})

describe('absent fields', () => {
  it('are null', () => {
    const message = messageOf('*HQ,9170000000,XT#')
    expect(message).toMatchObject({
      position: null,
      status: null,
      batteryPercent: null,
      voltage: null,
      reply: null,
    })
  })
  it('of a void fix keep the values of the frame, with valid false', () => {
    expect(v1({ valid: 'V' }).position).toMatchObject({
      valid: false,
      latitude: 42.353503,
      speedKnots: 24.05,
    })
  })
  it('of validity mean no fix', () => expect(v1({ valid: '' }).position?.valid).toBe(false))
  it('of validity are not seen in BeiDou fixes: B is a fix', () =>
    expect(v1({ valid: 'B' }).position?.valid).toBe(true))
})

describe('numbers in a frame', () => {
  it('of speed are knots, and given in km/h too', () => {
    expect(v1({ speed: '  3.34' }).position).toMatchObject({ speedKnots: 3.34, speedKmh: 6.186 })
  })
  it('of speed go up to 1,000 knots: plausibility is checked elsewhere', () => {
    for (const speed of ['100.01', '162.00', '999.90', '1000'])
      expect(v1({ speed }).position?.speedKnots).toBe(Number(speed))
    expect(v1({ speed: '1000.1' }).position?.speedKnots).toBeNull()
  })
  it.each([
    ['290224', '2024-02-29'],
    ['290200', '2000-02-29'],
    ['290225', null],
    ['290226', null],
    ['290227', null],
    ['300224', null],
    ['010170', '2070-01-01'],
    ['311279', '2079-12-31'],
    ['010180', '1980-01-01'],
    ['311299', '1999-12-31'],
    ['310426', null],
  ])('of a date %s are %j', (date, expected) => {
    const fixTime = v1({ date, time: '000000' }).position?.fixTime ?? null
    expect(fixTime === null ? null : new Date(fixTime).toISOString().slice(0, 10)).toBe(expected)
  })
  it('in hex cells are read as hex', () => {
    expect(v1({ tail: ',0002d4,00000b,005385,0052aa,25' }).cells[0]).toMatchObject({
      mcc: 724,
      mnc: 11,
      lac: 0x5385,
    })
  })
  it('of a status word may be lower case', () => {
    expect(v1({ status: 'fffffbff' }).status).toMatchObject({ word: 'FFFFFBFF', clear: [10] })
  })
})

describe('V4 replies', () => {
  const body = 'A,2235.0086,N,11354.3668,E,000.00,000,160716'
  it.each([
    [
      'with a result and a position',
      `S20,DONE,061158,061116,${body},F7FFFBFF,460,00,10342,3721`,
      { command: 'S20', result: 'DONE', cmdTime: '061158', params: ['DONE'] },
    ],
    [
      'with the comma before the status missing',
      `S20,OK,061158,061116,${body}F7FFFBFF`,
      { command: 'S20', result: 'OK', cmdTime: '061158' },
    ],
    [
      'with echoed parameters',
      `D1,60,65535,075244,075242,${body},FFFFFBFF`,
      { command: 'D1', params: ['60', '65535'], cmdTime: '075244' },
    ],
    [
      'with neither result nor parameters',
      `SCF,061158,061116,${body},FFFFFBFF`,
      { command: 'SCF', result: null, params: [] },
    ],
    ['with ERROR', `S31,ERROR,061158,061116,${body},FFFFFBFF`, { command: 'S31', result: 'ERROR' }],
    [
      'without a position, the state asked for and the state it has',
      'S20,034313,1,1',
      { command: 'S20', cmdTime: '034313', params: ['1', '1'] },
    ],
    [
      'without anything but the command time',
      'S20,134530',
      { command: 'S20', cmdTime: '134530', params: [] },
    ],
  ])('%s are read', (_, tail, reply) => {
    expect(messageOf(`*HQ,9170000000,V4,${tail}#`).reply).toMatchObject(reply)
  })
  it('carry a position like any other frame', () => {
    const { position, status } = messageOf(`*HQ,9170000000,V4,S20,DONE,061158,061116,${body}F7FFFBFF#`)
    expect(position).toMatchObject({ latitude: 22.583477, longitude: 113.906113, valid: true })
    expect(status?.clear).toContain(27)
  })
})

describe('SMS replies', () => {
  it('keep line feeds', () => {
    expect(messageOf('*HQ,9170000000,SMS,A\nUT:30,300,300\nB#').reply?.result).toBe('A\nUT:30,300,300\nB')
  })
  it('keep stars', () => {
    expect(messageOf('*HQ,9170000000,SMS,TQ*ID:917*host:8090*G:V#').reply?.result).toBe(
      'TQ*ID:917*host:8090*G:V',
    )
  })
})

describe('health of a V8', () => {
  const v8 = (tail: string) =>
    messageOf(
      `*HQ,7026318172,V8,123456,A,2235.0086,N,11354.3668,E,014.28,028,160716,FFFFBBFF,460,00,10342,3721,${tail}#`,
    )
  it('is read from its end, after any wifi', () => {
    expect(v8('d076e794d03c,3a,12,31,122,85')).toMatchObject({
      satellites: 12,
      gsm: 31,
      voltage: 12.2,
      batteryPercent: 85,
    })
  })
  it('is null where the value is impossible', () => {
    expect(v8('12,31,319122,85')).toMatchObject({ voltage: null, batteryPercent: 85 })
    expect(v8('12,31,122,122985')).toMatchObject({ voltage: 12.2, batteryPercent: null })
  })
})

describe('the device id', () => {
  it('is that of each frame, whatever frame came before', () => {
    const ids = ['9170000000', '9170000001', '917000000', '353505621300047', '9170000000', '9170000000', '']
    const read = [...ids, ...ids.toReversed()].map((id) => messageOf(`*HQ,${id},XT#`).id ?? '')
    expect(read).toEqual([...ids, ...ids.toReversed()])
  })
})

describe('a frame that cannot be decoded', () => {
  it.each([
    ['unknown-type', '*HQ,9170000000,NOPE,1,2#'],
    ['malformed', '*HQ,91700-0000,V1,1#'],
    ['malformed', `*HQ,${'9'.repeat(21)},XT#`],
    ['malformed', '*HQ,9170000000,V1,1#'],
    ['too-long', `*HQ,9170000000,SMS,${'a'.repeat(70_000)}#`],
  ])('is %s, with a sentence as reason', (reason, text) => {
    expect(of(text)).toMatchObject({ ok: false, reason, detail: expect.stringMatching(/\w+ \w+/) })
  })
})

describe('the decoder', () => {
  const real = frameVectors.filter(({ direction }) => direction !== 'down').map(bytesOf)
  const isPlausible = ({ position, batteryPercent, voltage }: Message): boolean =>
    (position?.latitude ?? 0) ** 2 <= 90 ** 2 &&
    (position?.longitude ?? 0) ** 2 <= 180 ** 2 &&
    (batteryPercent === null || (batteryPercent >= 0 && batteryPercent <= 100)) &&
    (voltage === null || (voltage >= 0 && voltage < 100)) &&
    (position?.fixTime === null || position === null || Number.isFinite(position.fixTime))

  it('never throws, whatever the bytes', () => {
    const kinds = fc.constantFrom('text', 'binary', 'mileage', 'rest')
    fc.assert(
      fc.property(kinds, fc.uint8Array({ maxLength: 300 }), (kind, bytes) => {
        const result = decode({ kind, bytes })
        expect(typeof result.ok).toBe('boolean')
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws nor returns impossible coordinates when a real frame is damaged', () => {
    const damage = fc.array(
      fc.tuple(fc.nat(200), fc.oneof(fc.nat(255), fc.constantFrom(0x2c, 0x23, 0x2d, 0x39))),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...real), damage, fc.nat(300), (bytes, changes, length) => {
        const damaged = bytes.slice(0, Math.max(1, length))
        for (const [at, value] of changes) damaged[at % damaged.length] = value
        const result = decode(frameOf(damaged))
        if (result.ok) expect(isPlausible(result.message)).toBe(true)
        else expect(['unknown-type', 'malformed', 'implausible', 'too-long']).toContain(result.reason)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('blanks in a frame', () => {
  const cell = { mcc: 214, mnc: 3, lac: 13140, cid: 5085 }
  it.each([
    ['before the final #', ',214,03,13140,5085 '],
    ['before the MCC', ', 214,03,13140,5085'],
    ['behind every field', ',214 ,03 ,13140 ,5085 '],
  ])('%s do not lose the cell', (_, tail) => expect(v1({ tail }).cells).toMatchObject([cell]))
  it.each([
    ['before the date', { date: ' 250523' }],
    ['behind the date', { date: '250523 ' }],
    ['around the time', { time: ' 162604 ' }],
  ])('%s do not lose the time', (_, fields) =>
    expect(v1(fields).position?.fixTime).toBe(Date.UTC(2023, 4, 25, 16, 26, 4)),
  )
  it('before a cell field other than the MCC mark a hex field', () => {
    expect(v1({ tail: ',194,65,  96,b78f' }).cells).toMatchObject([
      { mcc: 404, mnc: 101, lac: 150, cid: 46991 },
    ])
  })
})

describe('cells in a frame', () => {
  it.each([
    [
      'pairs',
      ',90,3,460,0,9376,8532,9876,4357,0,0',
      [
        { lac: 9376, cid: 8532 },
        { lac: 9876, cid: 4357 },
      ],
    ],
    [
      'pairs, full',
      ',90,2,460,0,9376,8532,9876,4357',
      [
        { lac: 9376, cid: 8532 },
        { lac: 9876, cid: 4357 },
      ],
    ],
    [
      'triples with an empty slot',
      ',100,3,214,003,2120,450,0,2126,573,38,0,0,99',
      [
        { lac: 2120, cid: 450, rssiRaw: 0 },
        { lac: 2126, cid: 573, rssiRaw: 38 },
      ],
    ],
    [
      'MCC and MNC decimal, LAC and CID hex',
      ',460,000,27A6,0F70',
      [{ mcc: 460, mnc: 0, lac: 10150, cid: 3952 }],
    ],
  ])('are read in %s', (_, tail, cells) => {
    const found = v1({ tail }).cells
    expect(found).toHaveLength(cells.length)
    expect(found).toMatchObject(cells)
  })
  it('are not read from a single field of 0 to 100, which is the battery', () => {
    expect(v1({ tail: ',92' })).toMatchObject({ batteryRaw: 92, batteryPercent: 92, cells: [] })
    expect(v1({ tail: ',4261193' })).toMatchObject({ batteryRaw: null, cells: [] })
  })
})

describe('an ICCID', () => {
  const v6 = (iccid: string) =>
    messageOf(
      `*HQ,9170000001,V6,165900,A,4540.0000,N,02250.0000,E,000.00,000,020323,FFFFFBFF,226,05,703,26034200,${iccid}#`,
    ).iccid
  it.each([
    '8940000000000000000F',
    '89860121801609042193',
    '8940000000000000000FF',
    '893800000000000000?',
    '898601218016090421932',
  ])('is read with its padding: %s', (iccid) => expect([v6(iccid), v6(`${iccid},`)]).toEqual([iccid, iccid]))
  it.each([
    '',
    'F',
    '1234',
    `89${'0'.repeat(3_000)}`,
    '89860121801609042193FFFF',
    'internet',
    '8940000000000000000G',
  ])('is not read from %j, in any message', (text) => {
    expect(v6(text)).toBeNull()
    const v19 = `*HQ,4209000000,V19,093043,V,5050.0000,N,00420.0000,E,000.00,000,130916,,003,${text},FFFFFBFF#`
    expect(messageOf(v19).iccid).toBeNull()
    expect(of(`*HQ,865770060000001,ICCID,${text}#`).ok).toBe(false)
  })
})

describe('HuaSunTek', () => {
  it.each([
    ['1', 'sos'],
    ['2', 'low-battery'],
    ['3', 'geofence'],
    ['9', null],
  ])('ALRM,%s names the alarm %s, with or without a body', (type, alarm) => {
    const long = `*HQ,353505910000001,ALRM,${type},052825,0,2239.4210,N,11400.8825,E,0.00,348,180814,FFFFFFFF,1CC,0,25FC,F48,90,  25FC-F48-10#`
    expect(messageOf(long)).toMatchObject({
      alarm,
      position: { valid: true, latitude: 22.657017, fixTime: Date.UTC(2014, 7, 18, 5, 28, 25) },
      batteryPercent: 90,
      cells: [{ mcc: 460, lac: 9724, cid: 3912 }],
    })
    expect(messageOf(`*HQ,353505910000001,ALRM,${type},104000#`)).toMatchObject({ alarm, position: null })
  })

  it('VP1 has status and battery after its date', () => {
    expect(
      messageOf('*HQ,353505910000001,VP1,A,2239.4210,N,11400.8825,E,0.00,348,180814,FFFFFFFD,99#'),
    ).toMatchObject({ status: { clear: [1] }, batteryPercent: 100, details: { fixDate: '2014-08-18' } })
  })

  it('BC lists stored positions by day and time', () => {
    const { batch, position } = messageOf(
      '*HQ,353505910000001,BC,052825,138,A,2239.4210,N,11400.8825,E,0.00,348,03182512,FFFFFFFF,1CC,0,25FC,F48;' +
        'V,2239.4210,S,11400.8825,W,1.00,348, 03182612,FFFFFFFD,1CC,0,25FC,F48;broken;#',
    )
    expect(position).toBeNull()
    expect(batch).toMatchObject([
      { day: 3, time: 182512, position: { valid: true, latitude: 22.657017, longitude: 114.014708 } },
      {
        day: 3,
        time: 182612,
        position: { valid: false, latitude: -22.657017, speedKnots: 1 },
        status: { clear: [1] },
      },
    ])
    expect(batch[0]?.cells).toMatchObject([{ mcc: 460, mnc: 0, lac: 9724, cid: 3912 }])
    expect(of('*HQ,353505910000001,BC,052825,138,broken#')).toMatchObject({ ok: false, reason: 'malformed' })
  })

  it.each([
    ['the same day', { day: 3, time: 182512 }, '2024-05-03T18:30:00Z', '2024-05-03T18:25:12Z'],
    ['the month before', { day: 28, time: 10 }, '2024-05-03T18:30:00Z', '2024-04-28T00:00:10Z'],
    ['the year before', { day: 31, time: 235959 }, '2024-01-02T00:00:00Z', '2023-12-31T23:59:59Z'],
    ['a clock that runs ahead', { day: 3, time: 183500 }, '2024-05-03T18:30:00Z', '2024-05-03T18:35:00Z'],
    [
      'a day that the month before lacks',
      { day: 31, time: 0 },
      '2024-05-03T00:00:00Z',
      '2024-03-31T00:00:00Z',
    ],
  ])('fix time of a stored position: %s', (_, point, receivedAt, expected) => {
    expect(toBatchFixTime(point, Date.parse(receivedAt))).toBe(Date.parse(expected))
  })
  it('fix time of a stored position: no such day', () => {
    expect(toBatchFixTime({ day: 0, time: 0 }, Date.parse('2024-05-03T18:30:00Z'))).toBeNull()
    expect(toBatchFixTime({ day: 3, time: 250000 }, Date.parse('2024-05-03T18:30:00Z'))).toBeNull()
  })
})
