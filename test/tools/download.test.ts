import { expect, it, onTestFinished } from 'vitest'
import { createApiClient } from '../../cdk/tools/api-client.ts'
import { createFakeHistory, createReadingApp } from '../api/fakes.ts'
import { makeRow, start } from '../api/rows.ts'
import { serveApp } from '../api/serve-app.ts'
import { v1 } from '../ingest/events.ts'

const rows = Array.from({ length: 40 }, (_, i) =>
  makeRow(v1(start + i * 10_000), { seq: i + 1, receivedAt: start + i * 10_000 + 500 }),
)
const fileBounds = { maxBytes: 1, pieceLength: 500 }
const PATH = '/v1/devices/1234567890/positions/export?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z'

const serve = async (parts = {}) => {
  const server = await serveApp(createReadingApp(createFakeHistory(rows), parts).app)
  onTestFinished(() => server.close())
  return createApiClient(server.url, 'key')
}
const download = async (api: Awaited<ReturnType<typeof serve>>, query: string) => {
  const pieces: Uint8Array[] = []
  for await (const piece of api.download(`${PATH}&${query}`)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

it('download: joins the parts to the original file', async () => {
  const whole = await download(await serve(), 'format=gpx')
  expect(whole).toContain('</gpx>')
  expect(await download(await serve({ fileBounds }), 'format=gpx')).toBe(whole)
})

it('download: reports what the API refused', async () => {
  await expect(download(await serve(), 'format=kml')).rejects.toThrow(/answered 400: .*format/)
})
