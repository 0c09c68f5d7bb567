import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveMapFile } from '../../cdk/local/map-file.ts'
import { readOptions } from '../../cdk/local/options.ts'
import { startHttpFront, type HttpFront } from '../../cdk/local/stand-ins/http-front.ts'
import { makeArchive } from '../console/made-archive.ts'

const folder = mkdtempSync(join(tmpdir(), 'h02-map-'))
const file = join(folder, 'my region.pmtiles')
const archive = makeArchive()
writeFileSync(file, archive)
afterAll(() => rmSync(folder, { recursive: true }))

describe('the option --map', () => {
  const problemOf = (map: string): unknown => {
    const options = readOptions(['--map', map])
    return typeof options === 'object' && 'problem' in options ? options.problem : null
  }

  it('accepts a URL, and an archive on this machine', () => {
    expect(readOptions(['--map', 'https://tiles.example.com/style.json'])).toMatchObject({
      map: 'https://tiles.example.com/style.json',
    })
    expect(readOptions(['--map', file])).toMatchObject({ map: file })
    expect(readOptions([])).not.toHaveProperty('map')
  })
  it('accepts further origins', () => {
    const given = ['--map-origin', 'https://fonts.example.com', '--map-origin', 'http://nas.lan:8081']
    expect(readOptions(given)).toMatchObject({ mapOrigins: [given[1], given[3]] })
    expect(readOptions(['--map-origin', 'https://*.example.com'])).toHaveProperty('problem')
  })
  it('explains what is wrong with anything else', () => {
    writeFileSync(join(folder, 'text.pmtiles'), 'hello, I am a text')
    expect(problemOf('liberty')).toContain('must be the URL of a MapLibre style')
    expect(problemOf(join(folder, 'missing.pmtiles'))).toContain('cannot be read: ENOENT')
    expect(problemOf(join(folder, 'text.pmtiles'))).toContain('is no PMTiles archive')
  })
})

describe('the archive of the map', () => {
  let front: HttpFront
  const read = (range?: string, path = '/map/my%20region.pmtiles', method = 'GET') =>
    fetch(`${front.url}${path}`, { method, headers: range === undefined ? {} : { range } })

  beforeAll(async () => {
    front = await startHttpFront({
      host: '127.0.0.1',
      port: 0,
      invoke: async () => ({ statusCode: 404, body: 'of the function' }),
      beside: serveMapFile(file),
    })
  })
  afterAll(() => front.close())

  it.each([
    ['bytes=0-6', 'bytes 0-6', archive.subarray(0, 7)],
    ['bytes=120-', `bytes 120-${archive.length - 1}`, archive.subarray(120)],
    ['bytes=-5', `bytes ${archive.length - 5}-${archive.length - 1}`, archive.subarray(-5)],
    ['bytes=100-999999', `bytes 100-${archive.length - 1}`, archive.subarray(100)],
  ])('is served by byte ranges: %s', async (range, contentRange, bytes) => {
    const answer = await read(range)
    expect([answer.status, answer.headers.get('content-range')]).toEqual([
      206,
      `${contentRange}/${archive.length}`,
    ])
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
  })
  it('is served whole', async () => {
    const answer = await read()
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(archive)
  })
  it.each(['bytes=999999-', 'bytes=5-2', 'bytes=-', 'bytes=0-1,3-4', 'lines=0-1'])(
    'is not served for a range outside of it: %s',
    async (range) => {
      const answer = await read(range)
      expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${archive.length}`])
    },
  )
  it('is the only file of its folder that is served', async () => {
    expect((await read(undefined, '/map/other.pmtiles')).status).toBe(404)
    expect((await read(undefined, '/map/..%2fmy%20region.pmtiles')).status).toBe(404)
    expect((await read(undefined, '/map/my%20region.pmtiles', 'DELETE')).status).toBe(405)
  })
})
