import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { chooseEncoding } from '../../lambdas/api/compress.ts'
import { v1 } from '../ingest/events.ts'
import { createFakeHistory, createReadingApp } from './fakes.ts'
import { makeRow, start } from './rows.ts'

const PATH = '/v1/devices/1234567890/positions'
const rows = Array.from({ length: 20 }, (_, i) =>
  makeRow(v1(start + i * 10_000), { seq: i + 1, receivedAt: start + i * 10_000 + 500 }),
)
const { app } = createReadingApp(createFakeHistory(rows))

const get = async (query: string, acceptEncoding?: string, method = 'GET') => {
  const headers: Record<string, string> = { authorization: 'Bearer k' }
  if (acceptEncoding !== undefined) headers['accept-encoding'] = acceptEncoding
  const response = await app.request(`${PATH}?${query}`, { method, headers })
  return { response, body: Buffer.from(await response.arrayBuffer()) }
}

describe('the compression of answers', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['identity', null],
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['deflate, zstd', null],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip;q=0.1', 'gzip'],
    ['BR', 'br'],
    ['*', 'br'],
    ['*;q=0', null],
    ['br;q=0, *', 'gzip'],
    ['identity;q=1, gzip;q=0.5', null],
    ['identity;q=0.5, gzip;q=0.8', 'gzip'],
    ['gzip;q=high', null],
  ])('follows Accept-Encoding %j', (header, expected) => expect(chooseEncoding(header)).toBe(expected))

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('of more than 1 kB is %s where the client accepts it', async (encoding, decompress) => {
    for (const format of ['json', 'geojson', 'csv', 'gpx', 'ndjson']) {
      const plain = await get(`format=${format}`)
      const packed = await get(`format=${format}`, encoding)
      expect(plain.response.headers.get('content-encoding')).toBeNull()
      expect(packed.response.headers.get('content-encoding')).toBe(encoding)
      expect(decompress(packed.body).equals(plain.body)).toBe(true)
      expect(packed.body.length).toBeLessThan(plain.body.length / 3)
      for (const { response } of [plain, packed]) {
        expect(response.headers.get('vary')?.split(', ').toSorted()).toEqual(['accept', 'accept-encoding'])
        expect(response.headers.get('content-type')).toBe(plain.response.headers.get('content-type'))
      }
    }
  })

  it('leaves short answers uncompressed', async () => {
    const { response, body } = await get('limit=1', 'br, gzip')
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(JSON.parse(body.toString()).items).toHaveLength(1)
  })

  it('applies to every other answer, including the API description', async () => {
    const response = await app.request('/openapi.json', { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(JSON.parse(gunzipSync(await response.arrayBuffer()).toString()).openapi).toBe('3.1.0')
  })

  it('keeps the headers of an answer', async () => {
    const { response } = await get('limit=10', 'br')
    expect(response.headers.get('link')).toContain('rel="next"')
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('answers HEAD without a body', async () => {
    const { response, body } = await get('', 'br', 'HEAD')
    expect([response.status, body.length]).toEqual([200, 0])
  })
})
