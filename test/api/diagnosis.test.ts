import { afterAll, beforeAll, expect, it } from 'vitest'
import { importPrefix } from '#shared/domain/imported.ts'
import { v1 } from '../ingest/events.ts'
import { startApi } from './fakes.ts'
import { makeRow } from './rows.ts'

const DEVICE_ID = '5521000001'
const HOUR_MS = 3_600_000
const now = Date.UTC(2026, 10, 30, 12)

let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi({ now: () => now })
})
afterAll(() => api.close())

it('a device with nothing but imported history has never dialled in', async () => {
  await api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID } })
  const receivedAt = now - 20 * HOUR_MS
  const row = makeRow(v1(receivedAt, { id: DEVICE_ID }), {
    receivedAt,
    sessionId: `${importPrefix('csv')}0000000000`,
  })
  api.history.rows.push(row)
  const { json } = await api.call('GET', `/v1/devices/${DEVICE_ID}/diagnosis`)
  expect(json.verdict).toBe('never-dialled-in')
  api.history.rows.splice(0, 1, { ...row, sessionId: 's1' })
  const received = await api.call('GET', `/v1/devices/${DEVICE_ID}/diagnosis`)
  expect(received.json.verdict).toBe('not-known')
})
