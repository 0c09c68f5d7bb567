import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import type { ApiParts, FileBounds } from '../../lambdas/api/app-type.ts'
import { readCsv } from '../../lambdas/api/devices/csv-rows.ts'
import { v1, wanderingLatitude } from '../ingest/events.ts'
import { createFakeHistory, createReadingApp } from './fakes.ts'
import { makeRow, someRows, start } from './rows.ts'
import { readXml } from './xml.ts'

const DEVICE = '/v1/devices/1234567890'
const formats = ['csv', 'gpx', 'geojson', 'ndjson'] as const
const RANGE = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z'
const authorization = { authorization: 'Bearer k' }
const smallParts: Partial<FileBounds> = { maxBytes: 1, maxMs: 1e9, maxRows: 1e9, pieceLength: 1 }

const appOf = (rows: HistoryRow[], parts: Partial<ApiParts> = {}) =>
  createReadingApp(createFakeHistory(rows), parts).app

/** Reads all parts of a file. */
async function download(
  app: ReturnType<typeof appOf>,
  query: string,
  { headers = {} }: { headers?: Record<string, string> } = {},
) {
  const parts: Buffer[] = []
  let path: string | null = `${DEVICE}/positions/export?${query}`
  let first: Headers | null = null
  while (path !== null) {
    expect(parts.length).toBeLessThan(2_000)
    const response: Response = await app.request(path, { headers: { ...authorization, ...headers } })
    expect([path, response.status]).toEqual([path, 200])
    first ??= response.headers
    const body = Buffer.from(await response.arrayBuffer())
    const encoding = response.headers.get('content-encoding')
    parts.push(encoding === 'br' ? brotliDecompressSync(body) : encoding ? gunzipSync(body) : body)
    path = /<(.+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null
  }
  return { text: Buffer.concat(parts).toString(), parts, headers: first! }
}

/** The positions of the same range according to `…/positions`. */
const listed = async (app: ReturnType<typeof appOf>, query = ''): Promise<any[]> => {
  const items: any[] = []
  let path: string | null = `${DEVICE}/positions?${RANGE}&order=asc&limit=10000${query}`
  while (path !== null) {
    const page: any = await (await app.request(path, { headers: authorization })).json()
    items.push(...page.items)
    path = page.next
  }
  return items
}

const drive = (frames: number, gapMs = 10_000) =>
  Array.from({ length: frames }, (_, i) => {
    const at = start + i * gapMs
    const raw = v1(at, { latitude: wanderingLatitude(i) })
    return makeRow(raw, { seq: i + 1, receivedAt: at + 900 })
  })

describe('an exported file', () => {
  it('is the same in one part and in many, in every format', async () => {
    await fc.assert(
      fc.asyncProperty(
        someRows({ maxLength: 15 }),
        fc.constantFrom(...formats),
        fc.constantFrom('', '&void=include'),
        async (rows, format, voids) => {
          const query = `${RANGE}&format=${format}${voids}`
          const whole = await download(appOf(rows), query)
          const cut = await download(appOf(rows, { fileBounds: smallParts }), query)
          expect(cut.text).toBe(whole.text)
          expect(whole.parts).toHaveLength(1)
          const few = { ...smallParts, maxRows: 3 }
          const streamed = await download(appOf(rows, { fileBounds: few, streamsFiles: true }), query)
          expect(streamed).toMatchObject({ text: whole.text, parts: { length: 1 } })
          const items = await listed(appOf(rows), voids)
          if (format === 'ndjson')
            expect(
              whole.text
                .split('\n')
                .slice(0, -1)
                .map((line) => JSON.parse(line)),
            ).toEqual(items)
          if (format === 'csv') expect(readCsv(whole.text)).toHaveLength(items.length + 1)
          if (format === 'geojson') expect(JSON.parse(whole.text).features).toHaveLength(items.length)
          if (format === 'gpx') expect(readXml(whole.text).name).toBe('gpx')
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is split into parts where a part is full', async () => {
    const app = appOf(drive(50), { fileBounds: { ...smallParts, pieceLength: 1_000 } })
    const { parts } = await download(app, `${RANGE}&format=csv`)
    expect(parts.length).toBeGreaterThan(5)
    expect(parts.length).toBeLessThan(20)
  })

  it('has one GPX track segment per stretch without a gap, however it is split into parts', async () => {
    const rows = [...drive(4), ...drive(3).map((row) => shift(row, 3_600_000))]
    const gpx = await download(appOf(rows, { fileBounds: smallParts }), `${RANGE}&format=gpx`)
    const [track] = readXml(gpx.text).children
    const segments = track!.children.filter(({ name }) => name === 'trkseg')
    expect(segments.map(({ children }) => children.length)).toEqual([4, 3])
  })

  it('keeps each part, as it is sent, below what a Lambda function may return', async () => {
    const app = appOf(drive(4_000), { fileBounds: { maxBytes: 20_000 } })
    const plain = await app.request(`${DEVICE}/positions/export?${RANGE}&format=csv`, {
      headers: authorization,
    })
    const sent = (await plain.arrayBuffer()).byteLength
    expect(sent).toBeGreaterThan(20_000)
    expect(sent).toBeLessThan(20_000 + 2 * 32_768)
    const packed = await download(app, `${RANGE}&format=csv`, { headers: { 'accept-encoding': 'gzip' } })
    const unpacked = await download(app, `${RANGE}&format=csv`)
    expect(packed.text).toBe(unpacked.text)
    expect(packed.parts.length * 3).toBeLessThan(unpacked.parts.length)
  })

  it('ends a part before the function times out', async () => {
    let time = start
    const fileBounds = { ...smallParts, maxBytes: 1e9, maxMs: 10, now: () => (time += 1) }
    const { parts: found, text } = await download(appOf(drive(100), { fileBounds }), `${RANGE}&format=ndjson`)
    expect(found.length).toBeGreaterThan(5)
    expect(text.split('\n')).toHaveLength(101)
  })

  it('ends a part where many rows were read for few results', async () => {
    const heartbeats = Array.from({ length: 100 }, (_, i) =>
      makeRow(Buffer.from('*HQ,1234567890,XT,1,100#'), { seq: i + 1, receivedAt: start + i + 1 }),
    )
    const rows = [...heartbeats, ...drive(3).map((row) => shift({ ...row, seq: row.seq + 100 }, 60_000))]
    const app = appOf(rows, { fileBounds: { maxRows: 10 } })
    const { parts, text } = await download(app, `${RANGE}&format=ndjson`)
    expect(parts.length).toBeGreaterThan(5)
    expect(text.split('\n')).toHaveLength(4)
  })

  it('is refused when rows cannot be read: half a file must not look complete', async () => {
    const history: ApiParts['history'] = {
      ...createFakeHistory(),
      readRows: async function* () {
        yield* drive(2_000)
        throw new Error('the table is gone')
      },
    }
    const path = `${DEVICE}/positions/export?${RANGE}&format=csv`
    const answer = await createReadingApp(history).app.request(path, { headers: authorization })
    expect(answer.status).toBe(500)
  })

  describe('that is streamed', () => {
    const path = `${DEVICE}/positions/export?${RANGE}&format=csv`
    const ask = (readRows: ApiParts['history']['readRows'], headers: Record<string, string> = {}) => {
      const history = { ...createFakeHistory(), readRows }
      const { app } = createReadingApp(history, { streamsFiles: true })
      return app.request(path, { headers: { ...authorization, ...headers } })
    }

    it.each(['br', 'gzip', 'identity'])('is one body, encoded as %s', async (encoding) => {
      const rows = drive(4_000)
      const app = appOf(rows, { streamsFiles: true, fileBounds: { maxBytes: 1, maxMs: 0, maxRows: 100 } })
      const { text, parts, headers } = await download(app, `${RANGE}&format=csv`, {
        headers: { 'accept-encoding': encoding },
      })
      expect([parts.length, text.split('\r\n').length]).toEqual([1, 4_002])
      expect(headers.get('transfer-encoding')).toBe('chunked')
    })

    it('is broken off when rows cannot be read', async () => {
      const answer = await ask(async function* () {
        yield* drive(2_000)
        throw new Error('the table is gone')
      })
      expect(answer.status).toBe(200)
      await expect(answer.text()).rejects.toThrow('the table is gone')
    })

    it('is refused when the first rows cannot be read', async () => {
      const answer = await ask(async function* () {
        yield* drive(1)
        throw new Error('the table is gone')
      })
      expect(answer.status).toBe(500)
    })

    it.each(['br', 'identity'])('stops reading rows when its client disconnects (%s)', async (encoding) => {
      const ended = Promise.withResolvers<void>()
      const rows = drive(2_000)
      const answer = await ask(
        async function* () {
          try {
            // The file has no end: it ends only when the reader disconnects.
            for (let i = 0; ; i++) yield shift(rows[i % rows.length]!, i * 20_000)
          } finally {
            ended.resolve()
          }
        },
        { 'accept-encoding': encoding },
      )
      const reader = answer.body!.getReader()
      await reader.read()
      await reader.cancel()
      await ended.promise
    })
  })

  it('is not written for HEAD', async () => {
    const history: ApiParts['history'] = {
      ...createFakeHistory(),
      readRows: () => {
        throw new Error('read')
      },
    }
    const init = { method: 'HEAD', headers: authorization }
    const answer = await createReadingApp(history).app.request(
      `${DEVICE}/positions/export?${RANGE}&format=csv`,
      init,
    )
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv'])
  })

  it('has headers with its content type and file name', async () => {
    const { headers } = await download(appOf(drive(1)), `${RANGE}&format=gpx`)
    expect(headers.get('content-type')).toBe('application/gpx+xml')
    expect(headers.get('content-disposition')).toBe(
      'attachment; filename="1234567890_2026-01-01_2026-01-31.gpx"',
    )
  })

  it.each([
    ['format=csv&to=2026-02-01T00:00:00Z', 'from'],
    [RANGE, 'format'],
    [`${RANGE}&format=json`, 'format'],
    ['format=csv&from=2026-01-01T00:00:00Z&to=2026-02-03T00:00:00Z', 'to'],
    ['format=csv&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
  ])('is refused for %s', async (query, name) => {
    const response = await appOf([]).request(`${DEVICE}/positions/export?${query}`, {
      headers: authorization,
    })
    const { errors }: any = await response.json()
    expect([response.status, errors[0].name]).toEqual([400, name])
  })

  it('refuses a cursor of another file', async () => {
    const app = appOf(drive(50), { fileBounds: smallParts })
    const first = await app.request(`${DEVICE}/positions/export?${RANGE}&format=csv`, {
      headers: authorization,
    })
    const next = /<(.+)>; rel="next"/.exec(first.headers.get('link')!)![1]!
    const other = await app.request(next.replace('format=csv', 'format=gpx'), { headers: authorization })
    expect([other.status, ((await other.json()) as { type: string }).type]).toEqual([
      400,
      'urn:h02:problem:invalid-cursor',
    ])
  })
})

/** The same frame, some time later. */
function shift(row: HistoryRow, ms: number): HistoryRow {
  return makeRow(v1(row.indexTime + ms), { seq: row.seq + 1_000, receivedAt: row.receivedAt + ms })
}
