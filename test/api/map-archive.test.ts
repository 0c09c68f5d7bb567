import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '#shared/log.ts'
import { readConsoleConfig } from '../../lambdas/api/site/config.ts'
import { isPart } from '../../lambdas/api/site/map-archive.ts'
import { mapArchiveFromEnv } from '../../lambdas/api/site/map-archive-from-env.ts'
import { toHandler } from '../../lambdas/api/lambda-handler.ts'
import { startBucket } from './bucket.ts'
import { startApi } from './fakes.ts'

const credentials = { accessKeyId: 'READER', secretAccessKey: 'secret' }
const archive = Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256))

/** A request for ten bytes, as an event of an HTTP API, payload 2.0. */
const makeEvent = (rawPath: string) => ({
  version: '2.0',
  rawPath,
  rawQueryString: '',
  headers: { host: 'gps.example.com', range: 'bytes=10-19' },
  requestContext: { domainName: 'gps.example.com', http: { method: 'GET', path: rawPath } },
  isBase64Encoded: false,
})

describe('the map from a bucket', () => {
  let bucket: Awaited<ReturnType<typeof startBucket>>
  const lines: string[] = []
  const apis: Awaited<ReturnType<typeof startApi>>[] = []

  const startApp = async (location: string, secretAccessKey = credentials.secretAccessKey) => {
    const env = {
      MAP_PMTILES: location,
      AWS_ENDPOINT_URL_S3: bucket.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }
    const log = createLog({ part: 'api' }, (line) => void lines.push(line))
    const mapArchive = mapArchiveFromEnv({ region: 'eu-west-1', log }, env)
    const config = readConsoleConfig('test', env)
    const api = await startApi({ console: { files: null, config, mapArchive } })
    apis.push(api)
    return { app: api.app, mapStyleUrl: config.mapStyleUrl! }
  }
  const start = async (...archiveIn: Parameters<typeof startApp>) => {
    const { app } = await startApp(...archiveIn)
    return (range?: string, path = '/map/region.pmtiles') =>
      app.request(path, { headers: range === undefined ? {} : { range } })
  }

  /** As the function of the API runs it. */
  const startHandler = async (location: string) => {
    const { app, mapStyleUrl } = await startApp(location)
    const handler = toHandler(app) as unknown as (
      event: object,
    ) => Promise<{ statusCode: number; body: string; isBase64Encoded: boolean }>
    return { handler, mapStyleUrl }
  }

  beforeAll(async () => {
    bucket = await startBucket({ '/my-maps/alps/region.pmtiles': archive }, () => credentials)
  })
  afterAll(async () => {
    bucket.close()
    for (const api of apis) await api.close()
  })

  it('is returned by byte ranges, with the ETag of the file', async () => {
    const read = await start('s3://my-maps/alps/region.pmtiles')
    const answer = await read('bytes=10-19')
    expect(answer.status).toBe(206)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(archive.subarray(10, 20))
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-range': 'bytes 10-19/300',
      'content-type': 'application/octet-stream',
      etag: '"one"',
    })
    expect(bucket.requests.at(-1)).toBe('/my-maps/alps/region.pmtiles bytes=10-19')
    expect((await read('bytes=300-400')).headers.get('content-range')).toBe('bytes */300')
  })

  it('is not returned whole or in several ranges, and no other file is returned', async () => {
    const read = await start('s3://my-maps/alps/region.pmtiles')
    const before = bucket.requests.length
    for (const range of [undefined, 'bytes=0-', 'bytes=0-4194304', 'bytes=5-4', 'bytes=0-1,5-6', 'bytes=-9'])
      expect((await read(range)).status).toBe(400)
    for (const path of ['/map/other.pmtiles', '/map/', '/map/alps/region.pmtiles'])
      expect((await read('bytes=0-9', path)).status).toBe(404)
    expect(bucket.requests.length).toBe(before)
    expect(isPart('bytes=0-4194303')).toBe(true)
  })

  it.each([
    ['s3://my-maps/missing/region.pmtiles', 'secret'],
    ['s3://my-maps/alps/region.pmtiles', 'of someone else'],
  ])(
    'that may not be read is reported as not found, and logged: %s, %s',
    async (location, secretAccessKey) => {
      const read = await start(location, secretAccessKey)
      expect((await read('bytes=0-9')).status).toBe(404)
      expect(lines.at(-1)).toContain('cannot be read from its bucket')
      expect(lines.at(-1)).toContain('"status":403')
    },
  )

  it.each([
    'region+1.pmtiles',
    'me@home.pmtiles',
    'a&b=c,d;e:f.pmtiles',
    '$region.pmtiles',
    'my region.pmtiles',
    "Lake Como (north)!'*.pmtiles",
    'Österreich 北.pmtiles',
  ])('may have any characters in its name, which API Gateway decodes: %s', async (name) => {
    const key = `my maps/100 %/${name}`
    bucket.add(`/my-maps/${key}`, archive)
    const { handler, mapStyleUrl } = await startHandler(`s3://my-maps/${key}`)
    const request = new Request(`https://gps.example.com${mapStyleUrl}`)
    const rawPath = decodeURIComponent(new URL(request.url).pathname)
    const answer = await handler(makeEvent(rawPath))
    expect(answer).toMatchObject({ statusCode: 206, isBase64Encoded: true })
    expect(Buffer.from(answer.body, 'base64')).toEqual(archive.subarray(10, 20))
  })

  it('is named in the configuration of the console, or the start fails', () => {
    const config = (MAP_PMTILES: string) => readConsoleConfig('test', { MAP_PMTILES })
    expect(config('s3://my-maps/alps/my region(1).pmtiles').mapStyleUrl).toBe('/map/my%20region(1).pmtiles')
    for (const wrong of [
      'region.pmtiles',
      's3://my-maps',
      's3://my-maps/region.json',
      's3://a b/c.pmtiles',
      's3://my-maps/what?.pmtiles',
      's3://my-maps/part#1.pmtiles',
      's3://my-maps/50%.pmtiles',
      's3://my-maps/back\\slash.pmtiles',
      's3://my-maps/two\nlines.pmtiles',
    ])
      expect(() => config(wrong)).toThrow('MAP_PMTILES must be like s3://bucket/region.pmtiles')
  })
})
