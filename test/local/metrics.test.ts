import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMetrics } from '#shared/metrics.ts'
import type { Embedded } from '../../cdk/local/embedded.ts'
import { createEmfTotals } from '../../cdk/local/metrics/emf-totals.ts'
import { toExposition } from '../../cdk/local/metrics/exposition.ts'
import {
  call,
  makeDataDir,
  playUntilAcked,
  removeDataDir,
  startForTest,
  TEST_ADMIN_KEY,
  until,
} from '../e2e/harness.ts'

describe('metrics of the parts of embedded mode', () => {
  const textAfter = (send: (metrics: ReturnType<typeof createMetrics>) => void, part = 'gateway'): string => {
    const totals = createEmfTotals()
    const metrics = createMetrics({ stage: 'local', part }, totals.take)
    send(metrics)
    return toExposition(totals.series())
  }

  it('add up counts, replace gauges, and show times in seconds', () => {
    const text = textAfter((metrics) => {
      for (const open of [7, 3]) {
        metrics.count('Acked', 2)
        metrics.gauge('OpenSockets', open, 'Count')
        metrics.flush()
      }
    })
    expect(text).toContain('# TYPE h02_gateway_acked_total counter\nh02_gateway_acked_total 4\n')
    expect(text).toContain('# TYPE h02_gateway_open_sockets gauge\nh02_gateway_open_sockets 3\n')
    const times = textAfter((metrics) => {
      metrics.measure('StoredAge', 1_500)
      metrics.measure('StoredAge', 500)
      metrics.flush()
    }, 'ingest')
    expect(times).toContain('# TYPE h02_ingest_stored_age_seconds summary')
    expect(times).toContain('h02_ingest_stored_age_seconds_sum 2\nh02_ingest_stored_age_seconds_count 2\n')
  })

  it('show dimensions as labels, escaped', () => {
    const text = textAfter((metrics) => {
      metrics.count('Frames', 1, { type: 'V1' })
      metrics.count('Frames', 1, { type: 'a"\\\n' })
      metrics.flush()
    })
    expect(text.match(/^# TYPE h02_gateway_frames_total/gm)).toHaveLength(1)
    expect(text).toContain('h02_gateway_frames_total{type="V1"} 1')
    expect(text).toContain('h02_gateway_frames_total{type="a\\"\\\\\\n"} 1')
  })

  it('ignore lines that are not a metric', () => {
    const totals = createEmfTotals()
    for (const line of ['', '"_aws"', '{"_aws":', '{"_aws":{"CloudWatchMetrics":[]}}', '{"message":"x"}'])
      totals.take(line)
    expect(totals.series()).toEqual([])
  })
})

describe('GET /metrics', () => {
  const dataDir = makeDataDir()
  let embedded: Embedded
  beforeAll(async () => {
    embedded = await startForTest(dataDir)
  })
  afterAll(async () => {
    await embedded?.close()
    removeDataDir(dataDir)
  })
  const read = async (key: string | null) => {
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` }
    const answer = await fetch(`${embedded.httpUrl}/metrics`, { headers })
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }

  it('shows devices and the metrics of the parts, in the format of Prometheus', async () => {
    const frame = '*HQ,9170000941,V1,120000,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFFBFD#'
    await playUntilAcked(embedded.tcpPort, frame)
    const { text, type } = await until(
      () => read(TEST_ADMIN_KEY),
      ({ text }) => text.includes('h02_devices_reporting 1') && text.includes('h02_ingest_rows_stored_total'),
    )
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain('h02_devices{online="false"} 1')
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z]\w* .+|[a-z]\w*(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+)$/,
      )
    expect(text).not.toContain('9170000941')
  })

  it('requires a key with the scope read, and counts the devices that the key sees', async () => {
    expect((await read(null)).status).toBe(401)
    expect((await read('wrong')).status).toBe(401)
    const makeKey = async (body: object): Promise<string> =>
      (await call(embedded, '/v1/keys', { method: 'POST', body })).body.key
    expect((await read(await makeKey({ scopes: ['command'] }))).status).toBe(403)
    const narrow = await read(await makeKey({ scopes: ['read'], devices: { ids: ['9170000942'] } }))
    expect(narrow.text).toContain('h02_devices{online="false"} 0')
  })
})
