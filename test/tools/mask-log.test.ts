import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, frameOf, peek, type Message } from '#h02'
import { maskLog } from '../../cdk/tools/mask-log/mask-log.ts'
import { moveField, type Offset } from '../../cdk/tools/mask-log/move.ts'
import { bytesOf, frameVectors } from '../h02/vectors.ts'

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const isText = (bytes: Uint8Array): boolean => bytes[0] === 0x2a
const show = (bytes: Uint8Array): string =>
  isText(bytes) ? latin1(bytes) : Buffer.from(bytes).toString('hex')
const read = (line: string): Uint8Array =>
  line.startsWith('*') ? Buffer.from(line, 'latin1') : Buffer.from(line, 'hex')
const messageOf = (bytes: Uint8Array): Message | null => {
  const decoded = decode(frameOf(bytes))
  return decoded.ok ? decoded.message : null
}

/** Frames of one line each; of several connections of many trackers. */
const frames = frameVectors
  .filter(({ direction }) => direction === 'up')
  .map(bytesOf)
  .filter((bytes) => !/[\r\n]/.test(latin1(bytes)) && (isText(bytes) || bytes[0] === 0x24))
const masked = maskLog(frames.map(show).join('\n')).text.split('\n').map(read)
const pairs = frames.map((before, at) => ({ before, after: masked[at]! }))

describe('a masked log of real frames', () => {
  it('keeps the type, times, speed, course and status of each frame, and whether it decodes', () => {
    expect(masked).toHaveLength(frames.length)
    for (const { before, after } of pairs) {
      const of = (message: Message | null) =>
        message && [
          message.type,
          message.maker,
          message.status,
          message.deviceTime,
          message.cells.length,
          message.position && { ...message.position, latitude: null, longitude: null },
        ]
      expect(of(messageOf(after)), show(before)).toEqual(of(messageOf(before)))
    }
  })

  it('moves all coordinates by the same offset, and keeps 0, 0', () => {
    const offsets = new Set<string>()
    for (const { before, after } of pairs) {
      const from = messageOf(before)?.position
      const to = messageOf(after)?.position
      if (from?.latitude == null || from.longitude === null || to?.latitude == null || to.longitude === null)
        continue
      if (from.latitude === 0 && from.longitude === 0) {
        expect([to.latitude, to.longitude]).toEqual([0, 0])
        continue
      }
      const east = (to.longitude - from.longitude + 720) % 360
      offsets.add(`${(to.latitude - from.latitude).toFixed(3)} ${east.toFixed(3)}`)
    }
    expect([...offsets]).toHaveLength(1)
    expect([...offsets][0]).not.toMatch(/^-?0\.000/)
  })

  it('contains none of the original Wi-Fi stations', () => {
    const stationsOf = (bytes: Uint8Array) => messageOf(bytes)?.wifi.map(({ bssid }) => bssid) ?? []
    const before = new Set(frames.flatMap(stationsOf))
    expect(before.size).toBeGreaterThan(1)
    expect(masked.flatMap(stationsOf).filter((bssid) => before.has(bssid) && /[1-9a-f]/.test(bssid))).toEqual(
      [],
    )
  })

  it('replaces each id, SIM card and cell, always by the same one', () => {
    const others = new Map<string, string>()
    const text = masked.map(show).join('\n')
    for (const { before, after } of pairs) {
      const id = peek(frameOf(before)).id
      if (id !== null) {
        const other = peek(frameOf(after)).id!
        expect(other).toHaveLength(id.length)
        expect(others.get(id) ?? other).toBe(other)
        others.set(id, other)
        if (id.length >= 8 && Number(id) !== 0) expect(text).not.toContain(id)
      }
      const iccid = messageOf(before)?.iccid
      if (iccid) expect(text).not.toContain(iccid)
      for (const [n, { lac, cid }] of (messageOf(before)?.cells ?? []).entries()) {
        const cell = messageOf(after)!.cells[n]!
        if (lac >= 1_000 && cid >= 1_000) expect([cell.lac, cell.cid], show(before)).not.toEqual([lac, cid])
      }
    }
    expect(new Set(others.values()).size).toBe(others.size)
  })
})

describe('a masked log', () => {
  const mask = (text: string): string => maskLog(text, () => 0.5).text

  it.each([
    [
      'a type that no one knows keeps its position body',
      '*HQ,9170000000,ZZ,104000,A,2235.1777,N,11357.8913,E,000.00,000,130721#',
      /^\*HQ,9000000199,ZZ,104000,A,\d{4}\.1777,[NS],\d{5}\.\d{4},[EW],000\.00,000,130721#$/,
    ],
    [
      'decimal degrees with letters behind',
      '*HQ,61674,V1,10:52:19,A,-34.612990S,-58.327482W,16.3,163,01/10/25,#',
      /^\*HQ,00001,V1,10:52:19,A,-\d+\.\d{6}[NS],-\d+\.\d{6}[EW],16\.3,163,01\/10\/25,#$/,
    ],
    [
      'times of the log itself',
      '2026-01-02T10:00:00.123Z 10:00:01 *HQ,9170000000,HTBT#',
      /^2026-01-02T10:00:00\.123Z 10:00:01 \*HQ,9000000199,HTBT#$/,
    ],
    [
      'what only looks like an IPv6 address',
      'std::string at 10:00:01, 00:11:22:33:44:55',
      /^std::string at 10:00:01, 00:11:22:33:44:55$/,
    ],
    [
      'versions, times and voltages',
      'v1.2.3 1.2 q=1.2.3,4.5.6 10:00:01.5 voltage=12.6,3.9 load 0.52, 0.58, 0.59 took 1.5 s flat=1.5 version 52.52.1 for as long 1.5',
      /^v1\.2\.3 1\.2 q=1\.2\.3,4\.5\.6 10:00:01\.5 voltage=12\.6,3\.9 load 0\.52, 0\.58, 0\.59 took 1\.5 s flat=1\.5 version 52\.52\.1 for as long 1\.5$/,
    ],
    [
      'hex with blanks and capitals',
      '2A 48 51 2C 39 31 37 30 30 30 30 30 30 30 2C 48 54 42 54 23',
      /^2A 48 51 2C 39 30 30 30 30 30 30 31 39 39 2C 48 54 42 54 23$/,
    ],
  ])('keeps %s', (_, line, form) => {
    expect(mask(line)).toMatch(form)
  })

  it.each([
    ['a password', 'login password=7771 ok', '7771'],
    ['a phone number', 'SMS from +49 151 1234567', '1234567'],
    ['a phone number in a reply', '*HQ,9170000000,SMS,ADMIN OK 0151-123-4567#', '4567'],
    ['an access point', '*HQ,9170000000,SMS,SET APN OK: iot,apnuser,apnsecret#', 'apnsecret'],
    ['an address', 'accepted 203.0.113.77:50123', '203.0.113.77'],
    ['an IPv6 address', 'from 2a02:8109:abc::5f: login', '8109'],
    ['an IPv6 address with a port', '[2a02:8109:abc:0:1:2:3:4]:5013', '8109'],
    ['an IPv4 address in an IPv6 one', 'peer ::ffff:203.0.113.77', '113.77'],
    ['an address in a reply', '*HQ,9170000000,SMS,IP:203.0.113.77 5013#', '203.0.113.77'],
    [
      'a place in a map link',
      '*HQ,9170000000,SMS,http://maps.google.com/maps?q=22.577156,113.916421#',
      '22.577',
    ],
    ['a place in a reply', '*HQ,9170000000,SMS,Lat:N22.577156,Lon:E113.916421,Speed:0.0#', '22.577'],
    ['a place in JSON', '{"latitude":22.577156,"longitude":113.916421}', '113.916'],
    ['a link with few decimals', 'https://maps.google.com/?q=52.52,13.405', '52.52'],
    ['an encoded link', 'GET /?q=52.5%2C13.4 HTTP/1.1', '13.4'],
    ['the middle of a map', 'https://www.google.com/maps/@52.52,13.4,15z', '13.4'],
    ['a latitude in a link', 'GET /?lat=52.52&lon=13.4', '52.52'],
    ['a longitude in a link', 'GET /?lat=52.52&lon=13.4', '13.4'],
    ['a marker of OpenStreetMap', 'openstreetmap.org/?mlat=52.5&mlon=13.4', '13.4'],
    ['a map of OpenStreetMap', 'openstreetmap.org/#map=15/52.52/13.40', '52.52'],
    ['the second place of a route', 'waypoints=52.5,13.4|48.1,11.6', '11.6'],
    ['a geo link', 'geo:52.5,13.4', '52.5'],
    ['a place after a label', 'position 52.52, 13.4 ok', '52.52'],
    ['a place after a label in a reply', '*HQ,9170000000,SMS,position 22.57,113.9#', '22.57'],
    ['a pair in a reply', '*HQ,9170000000,SMS,22.57,113.9 ok#', '113.9'],
    ['a latitude in a reply', '*HQ,9170000000,SMS,lat=22.57&lon=113.9#', '22.57'],
    ['letters and few decimals in a reply', '*HQ,9170000000,SMS,Lat:N22.57,Lon:E113.91#', '22.57'],
    ['degrees in encoded JSON', '%7B%22lat%22%3A52.52%2C%22lon%22%3A13.4%7D', '52.52'],
    ['a place behind a token in a link', 'https://api.example.com/?token=abc&at=13.4,52.5', '52.5'],
    ['an id in a path', 'GET /v1/devices/917000000012/frames', '917000000012'],
    ['an id in the text around', 'session of 9170000000 begins', '9170000000'],
    ['a short id in the text around', 'GET /v1/devices/61674/frames *HQ,61674,HTBT#', '/61674/'],
    ['the number of a SIM card', 'SIM 1440012345678', '1440012345678'],
    ['one that is as long as a time', 'sim_number: 1764392248000', '1764392248000'],
    ['an IMEI', 'imei 1641234567890', '1641234567890'],
    ['an id in hex', Buffer.from('*HQ,9170000000,HTBT#').toString('hex'), '39313730303030303030'],
    ['a malformed id', '*HQ,91700000001234567,HTBT#', '91700000001234567'],
    ['a card reader', '*HQ200862408328000109,GY@*M00#', '862408328000109'],
  ])('hides %s', (_, line, secret) => {
    expect(line).toContain(secret)
    expect(mask(line)).not.toContain(secret)
  })

  it('has no cell that was not there, whichever digits replace those of the log', () => {
    const line =
      '*HQ,4970105243,V1,104000,A,2235.1777,N,11357.8913,E,000.27,235,130721,FFFFFBFF,460,11,d18e105,7752,6#'
    expect(messageOf(read(line))!.cells).toEqual([])
    for (let n = 0; n < 300; n++) {
      const other = maskLog(line).text
      expect(messageOf(read(other))!.cells, other).toEqual([])
      expect(other).not.toContain('d18e105')
    }
  })

  it.each([
    'https://maps.google.com/?q=22.5,113.9',
    '*HQ,9170000000,SMS,position 22.5,113.9#',
    '*HQ,9170000000,SMS,Lat:22.5,Lon:113.9#',
    '*HQ,9170000000,SMS,Lat:N22.5,Lon:E113.9#',
  ])('moves a place once, by the same offset as a precise one: %s', (line) => {
    const numbersOf = (text: string) =>
      [...text.matchAll(/\d+\.\d+(?!\d*[.:/])/g)].map(([found]) => Number(found))
    const [before, after] = mask(`place 22.50000,113.90000\n${line}`).split('\n').map(numbersOf)
    expect(after).toEqual(before)
  })

  const anyPlace = fc.record({
    north: fc.integer({ min: -7_000, max: 7_000 }).filter((n) => Math.abs(n) > 1_000),
    east: fc.integer({ min: -17_900, max: 17_900 }).filter((n) => Math.abs(n) > 1_000),
    decimals: fc.integer({ min: 1, max: 6 }),
  })
  const letters = (n: string, e: string): readonly [string, string] => [
    `${n.replace('-', '')}${n.startsWith('-') ? 'S' : 'N'}`,
    `${e.replace('-', '')}${e.startsWith('-') ? 'W' : 'E'}`,
  ]
  it.each<[string, (north: string, east: string) => string, 'moved' | 'hidden' | 'either']>([
    ['a pair', (n, e) => `at ${n}, ${e}.`, 'either'],
    ['a pair of numbers in a list', (n, e) => `9170000000;${n};${e};12.6`, 'either'],
    ['quoted columns', (n, e) => `"${n}","${e}"`, 'either'],
    ['a list in unknown order', (n, e) => `[${n},${e}]`, 'hidden'],
    ['a list in the other order', (n, e) => `location: [${e}, ${n}]`, 'either'],
    ['letters behind', (n, e) => letters(n, e).join(' '), 'hidden'],
    [
      'letters before',
      (n, e) =>
        letters(n, e)
          .join(', ')
          .replaceAll(/([\d.]+)([NSEW])/g, '$2$1'),
      'hidden',
    ],
    ['a link', (n, e) => `https://maps.google.com/?q=${n},${e}`, 'moved'],
    ['GeoJSON', (n, e) => `{"type":"Point","coordinates":[${e},${n}]}`, 'moved'],
    ['a line in GeoJSON', (n, e) => `"coordinates": [[${e}, ${n}, 34.5], [${e}, ${n}]]`, 'moved'],
    ['GeoJSON in JSON', (n, e) => `\\"coordinates\\":[${e},${n}]`, 'moved'],
    ['encoded GeoJSON', (n, e) => `%22coordinates%22%3A%5B${e}%2C${n}%5D`, 'moved'],
    ['KML', (n, e) => `<coordinates>${e},${n},0 ${e},${n},0</coordinates>`, 'moved'],
    ['Yandex', (n, e) => `https://yandex.com/maps/?ll=${e}%2C${n}&z=12`, 'moved'],
    ['a router', (n, e) => `https://router.project-osrm.org/route/v1/car/${e},${n};${e},${n}`, 'moved'],
  ])('publishes no place, and moves each by the same offset: %s', (_, write, outcome) => {
    fc.assert(
      fc.property(anyPlace, ({ north, east, decimals }) => {
        const [n, e] = [north, east].map((hundredths) => (hundredths / 100).toFixed(decimals)) as [
          string,
          string,
        ]
        const known = '1.000000,2.000000'
        const [reference = '', found = ''] = mask(`${known}\n${write(n, e)}`).split('\n')
        const [movedNorth, movedEast] = reference.split(',').map(Number) as [number, number]
        const turned = ((((Number(e) + movedEast - 2 + 180) % 360) + 360) % 360) - 180
        const moved = write((Number(n) + movedNorth - 1).toFixed(decimals), turned.toFixed(decimals))
        const isHidden = found.includes('****') && !/\d{1,3}\.\d+[^\d]+\d{1,3}\.\d/.test(found)
        expect([found === moved ? 'moved' : isHidden ? 'hidden' : found]).toContain(
          outcome === 'either' ? (found === moved ? 'moved' : 'hidden') : outcome,
        )
      }),
      { numRuns: 60 },
    )
  })

  it('hides numbers that no place has, instead of moving them', () =>
    expect(mask('q=95.5,113.25 lat=113.9 lon=200.5')).toBe('q=****,**** lat=**** lon=****'))

  it('moves by another offset each time', () => {
    const line = '*HQ,9170000000,V1,104000,A,2235.1777,N,11357.8913,E,000.00,000,130721,FFFFFFFF#'
    expect(new Set([1, 2, 3, 4].map(() => maskLog(line).text)).size).toBeGreaterThan(1)
  })

  it('never fails, and keeps the lines, for any input', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(...frames.map(show)),
      fc.stringMatching(/^[0-9a-f ]{0,80}$/),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join(' ')
        expect(mask(text).split('\n')).toHaveLength(text.split('\n').length)
      }),
    )
  })

  it('is printed by the command', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['cdk/tools/mask.ts'], {
      input: 'x *HQ,9170000000,V1,104000,A,2235.1777,N,11357.8913,E,000.00,000,130721,FFFFFFFF# y\n',
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('1 ids replaced, 1 places moved'),
    })
    expect(stdout).toMatch(/^x \*HQ,9000000199,V1,104000,A,\d{4}\.\d{4},.*# y\n$/)
  })
})

describe('a coordinate in a masked log', () => {
  const offset: Offset = { latitudeMinutes: 606, longitudeMinutes: 5_406 }
  const back: Offset = { latitudeMinutes: -606, longitudeMinutes: -5_406 }

  it('is restored exactly when it is moved back, with any number of decimals', () => {
    const minutes = fc.record({
      degrees: fc.integer({ min: 10, max: 60 }),
      minutes: fc.integer({ min: 0, max: 59 }),
      fraction: fc.stringMatching(/^\d{0,8}$/),
    })
    fc.assert(
      fc.property(minutes, fc.constantFrom('N', 'S'), ({ degrees, minutes, fraction }, letter) => {
        const field = `${degrees}${String(minutes).padStart(2, '0')}${fraction === '' ? '' : '.'}${fraction}`
        const moved = moveField(field, letter, 'latitude', offset)!
        expect(moved.field).not.toBe(field)
        expect(moveField(moved.field, moved.letter, 'latitude', back)).toMatchObject({ field, letter })
      }),
    )
  })

  it.each([
    ['37573392', 'S', 'latitude', '27513392', 'S'],
    ['-23-29.0095', 'S', 'latitude', '-13-23.0095', 'S'],
    ['38.6508', 'W', 'longitude', '8927.3492', 'E'],
    ['17959.9999', 'E', 'longitude', '08954.0001', 'W'],
  ] as const)('%s %s keeps its notation', (field, letter, axis, moved, newLetter) => {
    expect(moveField(field, letter, axis, offset)).toMatchObject({ field: moved, letter: newLetter })
  })
})
