import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareHistoryKeys, type HistoryKey, type HistoryRow } from '#shared/domain/device-state.ts'
import { DECODER_VERSION } from '#h02'
import { v1 } from '../ingest/events.ts'
import {
  readFixes,
  toRowCursor,
  type Fix,
  type FixCursor,
} from '../../lambdas/api/positions/read-positions.ts'
import { expectDocumented } from './documented.ts'
import { createFakeHistory, createReadingApp, createWalkingApp, oneDevice, someDevice } from './fakes.ts'
import { makeRow, someRows, start } from './rows.ts'

const PATH = '/v1/devices/1234567890/positions'
const TEMPLATE = '/v1/devices/{deviceId}/positions'
const text = (words: string): Uint8Array => Buffer.from(words, 'latin1')

const readPage = async (rows: HistoryRow[], query = '') => {
  const { app, call } = createReadingApp(createFakeHistory(rows))
  const answer = await call('GET', `${PATH}?${query}`)
  expect(answer.text.slice(0, 300)).not.toContain('urn:h02:problem')
  await expectDocumented(app, 'GET', TEMPLATE, answer)
  return answer.json
}

describe('a position', () => {
  it('returns what its frame said, when, and whether it can be trusted', async () => {
    const raw = text(
      '*HQ,9001000002,V8,115955,A,3542.2043,N,38.6508,W,10.00,170,100126,FFFFFBFD,0,0,0,0,22,31,126,85#',
    )
    const page = await readPage([makeRow(raw, { receivedAt: start + 250 })])
    expect(page).toEqual({
      deviceId: '1234567890',
      decoder: DECODER_VERSION,
      nextCursor: null,
      next: null,
      items: [
        {
          fixTime: '2026-01-10T11:59:55Z',
          receivedAt: '2026-01-10T12:00:00.250Z',
          latitude: 35.703405,
          longitude: -0.64418,
          speedKmh: 18.52,
          speedKnots: 10,
          course: 170,
          valid: true,
          trusted: true,
          late: false,
          receptions: 1,
          type: 'V8',
          statusWord: 'FFFFFBFD',
          ignitionOn: false,
          alarms: ['sos'],
          batteryPercent: 85,
          voltage: 12.6,
          satellites: 22,
          gsm: 31,
          mileageKm: null,
        },
      ],
    })
  })

  it('is returned once for a repeated frame, with the time of its first reception', async () => {
    const raw = v1(start)
    const rows = [3, 1, 2].map((seq) => makeRow(raw, { seq, receivedAt: start + seq * 1000 }))
    for (const order of ['asc', 'desc']) {
      const { items } = await readPage(rows, `order=${order}`)
      expect(items).toHaveLength(1)
      expect(items[0]).toMatchObject({ receivedAt: '2026-01-10T12:00:01.000Z', receptions: 3 })
    }
  })

  it('is returned once for copies that differ in bit 26 or in precision', async () => {
    const status = 'FFFFBBFF'
    const binary = Buffer.from('24123456789012000010012642212102000075259616024133ffffbbffff0001', 'hex')
    const copies = [v1(start, { status }), v1(start, { status: 'FBFFBBFF' }), binary]
    const rows = copies.map((raw, i) => makeRow(raw, { seq: i + 1, receivedAt: start + i * 1_000 }))
    for (const order of ['asc', 'desc']) {
      const { items } = await readPage(rows, `order=${order}`)
      expect(items.map(({ receptions, statusWord }: any) => [receptions, statusWord])).toEqual([[3, status]])
    }
    const moved = [makeRow(v1(start)), makeRow(v1(start, { latitude: '4221.2103' }), { seq: 2 })]
    expect((await readPage(moved)).items).toHaveLength(2)
  })

  it('is returned for each point of a batch of stored positions, with any page size', async () => {
    const points = Array.from(
      { length: 5 },
      (_, i) => `A,4221.2102,N,00752.596${i},W,0.00,348,1010000${i},FFFFFFFF,1CC,0,25FC,F48`,
    )
    const batch = makeRow(Buffer.from(`*HQ,1234567890,BC,052825,138,${points.join(';')}#`), {
      receivedAt: start,
    })
    const rows = [batch, makeRow(v1(start + 60_000), { seq: 2, receivedAt: start + 60_000 })]
    for (const order of ['asc', 'desc']) {
      for (const limit of [1, 2, 3, 100]) {
        const times: string[] = []
        let cursor = ''
        do {
          const page = await readPage(rows, `order=${order}&limit=${limit}${cursor && `&cursor=${cursor}`}`)
          times.push(...page.items.map(({ fixTime }: any) => fixTime))
          cursor = page.nextCursor ?? ''
        } while (cursor !== '')
        const expected = [0, 1, 2, 3, 4].map((second) => `2026-01-10T10:00:0${second}Z`)
        expect(order === 'asc' ? times : times.toReversed()).toEqual([...expected, '2026-01-10T12:01:00Z'])
      }
    }
  })

  it('is untrusted when its clock cannot be right, and marked late when it was stored', async () => {
    const rows = [
      makeRow(v1(start - 3_600_000), { seq: 1 }),
      makeRow(v1(start - 401 * 86_400_000), { seq: 2 }),
      makeRow(v1(start + 660_000), { seq: 3 }),
    ]
    const { items } = await readPage(rows, 'order=asc')
    const facts = items.map(({ late, trusted }: { late: boolean; trusted: boolean }) => [late, trusted])
    expect(facts).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ])
  })

  it('without satellites is returned only on request', async () => {
    const rows = [makeRow(v1(start, { valid: false })), makeRow(v1(start - 10_000), { seq: 2 })]
    expect((await readPage(rows)).items).toHaveLength(1)
    const { items } = await readPage(rows, 'void=include')
    expect(items.map(({ valid }: { valid: boolean }) => valid)).toEqual([false, true])
  })

  it('has the correct ignition for a tracker that is wired the other way round', async () => {
    const device = { ...someDevice, overrides: { ignitionWiring: 'inverted' as const, utcOffsetMinutes: 0 } }
    const history = createFakeHistory([makeRow(v1(start, { status: 'FFFFFBFF' }))])
    const { call } = createReadingApp(history, { devices: oneDevice(device) })
    expect((await call('GET', PATH)).json.items[0].ignitionOn).toBe(true)
  })

  it('of a deleted registration is not returned', async () => {
    const rows = [makeRow(v1(start)), makeRow(v1(start + 1000), { seq: 2, receivedAt: start + 2000 })]
    const device = { ...someDevice, purgeBefore: start + 1 }
    const { call } = createReadingApp(createFakeHistory(rows), { devices: oneDevice(device) })
    for (const what of ['positions', 'frames']) {
      expect((await call('GET', `/v1/devices/1234567890/${what}`)).json.items).toHaveLength(1)
    }
  })
})

describe('a page of positions', () => {
  const rows = Array.from({ length: 5 }, (_, i) =>
    makeRow(v1(start + i * 60_000), { seq: i, receivedAt: start + i * 60_000 + 500 }),
  )
  const minutesOf = (page: any): number[] =>
    page.items.map((item: any) => (Date.parse(item.fixTime) - start) / 60_000)

  it('is newest first unless asked otherwise, from inclusive, to exclusive', async () => {
    expect(minutesOf(await readPage(rows))).toEqual([4, 3, 2, 1, 0])
    const range = 'from=2026-01-10T12:01:00Z&to=2026-01-10T13:03:00%2B01:00'
    expect(minutesOf(await readPage(rows, `order=asc&${range}`))).toEqual([1, 2])
  })

  it('links to the next one with all its parameters', async () => {
    const { call } = createReadingApp(createFakeHistory(rows))
    const query = 'from=2026-01-10T12:00:00%2B00:00&limit=2&order=asc'
    const first = await call('GET', `${PATH}?${query}`)
    expect(first.headers.get('link')).toBe(`<${first.json.next}>; rel="next"`)
    const second = await call('GET', first.json.next)
    expect([minutesOf(first.json), minutesOf(second.json)]).toEqual([
      [0, 1],
      [2, 3],
    ])
    const last = await call('GET', second.json.next)
    expect([minutesOf(last.json), last.json.next, last.headers.get('link')]).toEqual([[4], null, null])
  })

  it.each([
    ['from=2026-01-10', 'from', 'zone'],
    ['from=2026-01-10T12:00:00', 'from', 'zone'],
    ['to=1768046400', 'to', '2026-01-31T08:00:00Z'],
    ['from=2026-02-31T00:00:00Z', 'from', 'ISO 8601'],
    ['from=2026-01-10T25:00:00Z', 'from', 'ISO 8601'],
    ['from=2026-01-10T12:00:00Z&to=2026-01-10T12:00:00Z', 'from', 'before'],
    ['limit=10001', 'limit', '1 to 10000'],
    ['order=up', 'order', 'asc'],
    ['void=yes', 'void', 'include'],
    ['format=kml', 'format', 'gpx'],
  ])('is refused for %s, with what would be accepted', async (query, name, words) => {
    const { call } = createReadingApp(createFakeHistory(rows))
    const { status, json } = await call('GET', `${PATH}?${query}`)
    expect(status).toBe(400)
    expect(json.errors[0]).toEqual({ in: 'query', name, detail: expect.stringContaining(words) })
  })
})

describe('pages of positions', () => {
  const get = createWalkingApp()
  const walk = async (query: string, history: ReturnType<typeof createFakeHistory>, between = () => {}) => {
    const items: any[] = []
    let next: string | null = `${PATH}?${query}`
    while (next) {
      const { json } = await get(history, next)
      items.push(...json.items)
      next = json.next
      between()
    }
    return items
  }
  /** What a reader should get: by another way than the pages take. */
  const expectedOf = (rows: readonly HistoryRow[], order: 'asc' | 'desc') => {
    const firsts = new Map<string, HistoryRow>()
    for (const row of [...rows].sort(compareHistoryKeys)) {
      const isPosition = row.kind === 'frame' && text(',V1,').every((byte, i) => row.raw[14 + i] === byte)
      const key = `${row.indexTime} ${Buffer.from(row.raw).toString('latin1')}`
      if (isPosition && !firsts.has(key)) firsts.set(key, row)
    }
    const found = [...firsts.values()]
    return (order === 'asc' ? found : found.toReversed()).map((row) => new Date(row.receivedAt).toISOString())
  }
  const receivedOf = (items: { receivedAt: string }[]) => items.map((item) => item.receivedAt)
  const anyOrder = fc.constantFrom('asc' as const, 'desc' as const)

  it('return each position once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        someRows({ maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        anyOrder,
        async (rows, limit, order) => {
          const items = await walk(`void=include&limit=${limit}&order=${order}`, createFakeHistory(rows))
          expect(receivedOf(items)).toEqual(expectedOf(rows, order))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('return each position once, in order, also while new rows arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        someRows({ maxLength: 30 }),
        someRows({ maxLength: 30, firstSeq: 1000 }),
        fc.integer({ min: 1, max: 5 }),
        anyOrder,
        async (rows, later, limit, order) => {
          const history = createFakeHistory([...rows])
          // They arrive after all that was there, whatever their fix time.
          const arriving = later.map((row) => ({ ...row, receivedAt: row.receivedAt + 7_200_000 }))
          const arrive = (): void => void history.rows.push(...arriving.splice(0, 3))
          const found = receivedOf(await walk(`void=include&limit=${limit}&order=${order}`, history, arrive))
          expect(new Set(found).size).toBe(found.length)
          const old = expectedOf(rows, order)
          expect(found.filter((received) => old.includes(received))).toEqual(old)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('are short or empty when many rows were read for few results, and go on', async () => {
    const rows = [
      ...Array.from({ length: 45_000 }, (_, i) =>
        makeRow(text('*HQ,1234567890,XT,1,100#'), { seq: i + 2, receivedAt: start + i + 1 }),
      ),
      makeRow(v1(start - 5_000), { seq: 1 }),
    ]
    const { call } = createReadingApp(createFakeHistory(rows))
    const counts: number[] = []
    let next: string | null = PATH
    while (next) {
      const { json } = await call('GET', next)
      counts.push(json.items.length)
      next = json.next
    }
    expect(counts).toEqual([0, 0, 1])
  })

  /** Fixes as pages give them, with bounds small enough to be met. */
  async function* readInPages(
    rows: HistoryRow[],
    {
      limit,
      order,
      ...bounds
    }: { limit: number; order: 'asc' | 'desc'; maxScanned: number; maxTogether: number },
  ): AsyncGenerator<Fix> {
    const history = createFakeHistory(rows)
    let cursor: FixCursor | null = null
    for (let pages = 0; pages === 0 || cursor; pages++) {
      expect(pages).toBeLessThan(2 * rows.length + 2)
      const after: HistoryKey | null = cursor && toRowCursor(cursor, order)
      const page: Fix[] = []
      cursor = await readFixes(history.readRows('1', { order, ...(after && { after }) }), {
        ...bounds,
        order,
        after: cursor,
        offer: (fix) => page.length < limit && page.push(fix) > 0,
      })
      yield* page
    }
  }
  const collect = async (fixes: AsyncIterable<Fix>): Promise<string[]> => {
    const found: string[] = []
    for await (const { first } of fixes) found.push(new Date(first.receivedAt).toISOString())
    return found
  }

  it('return each position once, wherever the bounds of one request fall', async () => {
    const bounds = fc.record({
      limit: fc.integer({ min: 1, max: 5 }),
      order: anyOrder,
      maxScanned: fc.integer({ min: 1, max: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(someRows({ maxLength: 40 }), bounds, async (rows, { order, ...rest }) => {
        const found = await collect(readInPages(rows, { order, ...rest, maxTogether: 1_000 }))
        expect(found).toEqual(expectedOf(rows, order))
      }),
      { numRuns: 300 },
    )
  })

  it('come to a last page and miss nothing, however few rows are read at once', async () => {
    const bounds = fc.record({
      limit: fc.integer({ min: 1, max: 5 }),
      order: anyOrder,
      maxScanned: fc.integer({ min: 1, max: 4 }),
      maxTogether: fc.integer({ min: 1, max: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(someRows({ maxLength: 40 }), bounds, async (rows, chosen) => {
        const found = new Set<string>()
        for await (const { first } of readInPages(rows, chosen)) {
          found.add(`${first.indexTime} ${Buffer.from(first.raw).toString('hex')}`)
        }
        const expected = new Set<string>()
        for await (const { first } of readInPages(rows, {
          ...chosen,
          maxScanned: 1_000,
          maxTogether: 1_000,
        })) {
          expected.add(`${first.indexTime} ${Buffer.from(first.raw).toString('hex')}`)
        }
        expect(found).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('do not go back where a full page ended amid rows that were cut', async () => {
    const same = (seq: number): HistoryRow => makeRow(v1(start), { seq, receivedAt: start + seq })
    const other = makeRow(v1(start + 10_000), { seq: 5, receivedAt: start + 10_005 })
    const bounds = { limit: 1, order: 'asc' as const, maxScanned: 1, maxTogether: 2 }
    const found: Fix[] = []
    for await (const fix of readInPages([1, 2, 3, 4].map(same).concat(other), bounds)) found.push(fix)
    expect(found.map(({ position }) => position.fixTime)).toEqual([start, start, start + 10_000])
  })

  it('get past a frame that was repeated without end', async () => {
    const raw = v1(start)
    const rows = Array.from({ length: 60 }, (_, i) =>
      makeRow(raw, { seq: i + 2, receivedAt: start + 2000 + i }),
    )
    rows.push(makeRow(v1(start - 60_000), { seq: 1 }))
    const bounds = { limit: 100, order: 'desc' as const, maxScanned: 3, maxTogether: 10 }
    const found: Fix[] = []
    for await (const fix of readInPages(rows, bounds)) found.push(fix)
    expect(found.length).toBeLessThan(10)
    expect(new Set(found.map((fix) => fix.position.fixTime))).toEqual(new Set([start, start - 60_000]))
    expect(found.reduce((sum, fix) => sum + fix.receptions, 0)).toBe(61)
  })
})
