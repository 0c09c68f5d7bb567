import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printBars, type Bar } from './bars.ts'
import type { Api } from './load-api.ts'
import { createParts } from './parts/part.ts'
import { say } from './say.ts'
import { quantile } from './timing.ts'

const DEVICES = 10_000
const PER_REQUEST = 500
const FLEETS = 100
const RUNS = 60
const BAR_MS = 300

/** A hundred devices in each fleet, a quarter of all in each region, a mark on a few. */
const deviceOf = (n: number) => ({
  deviceId: String(9_100_000_000 + n),
  labels: {
    fleet: `f${n % FLEETS}`,
    region: `r${n % 4}`,
    ...(n % 200 === 0 && { audited: String(n) }),
  },
})

async function ask(
  { httpUrl }: Pick<Api, 'httpUrl'>,
  path: string,
  key: string,
  body?: unknown,
): Promise<any> {
  const response = await fetch(httpUrl + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

/** How long a list of the devices with a label takes among 10,000, over the HTTP API of embedded mode. */
export const run = async (): Promise<boolean> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'h02-labels-'))
  const parts = createParts()
  try {
    const embedded = parts.start('embedded-server', { DATA_DIR: dataDir, BATCH_WINDOW_SECONDS: '1' })
    const api = await embedded.ask<any>('running')
    const begun = performance.now()
    for (let n = 0; n < DEVICES; n += PER_REQUEST) {
      const rows = Array.from({ length: PER_REQUEST }, (_, i) => deviceOf(n + i))
      await ask(api, '/v1/devices', api.adminKey, rows)
    }
    say(`${DEVICES} devices with labels registered in ${((performance.now() - begun) / 1_000).toFixed(0)} s`)
    const limited = { scopes: ['read'], devices: { labels: { fleet: 'f7' } } }
    const { key } = await ask(api, '/v1/keys', api.adminKey, limited)

    const measure = async (name: string, path: string, caller: string, expected: number): Promise<Bar> => {
      const times: number[] = []
      for (let i = 0; i < RUNS; i++) {
        const at = performance.now()
        const { items } = await ask(api, path, caller)
        times.push(performance.now() - at)
        if (items.length !== expected) throw new Error(`${path}: ${items.length} devices, not ${expected}`)
      }
      say(`${name}: median ${quantile(times, 0.5).toFixed(0)} ms`)
      return { name: `${name}, p95, ms`, value: quantile(times, 0.95), atMost: BAR_MS }
    }
    const bars = [
      await measure('100 devices by a label', '/v1/devices?labels=fleet%3Df7&limit=500', api.adminKey, 100),
      await measure('none by two', '/v1/devices?labels=region%3Dr2,audited&limit=500', api.adminKey, 0),
      await measure('100 by two', '/v1/devices?labels=region%3Dr3,fleet%3Df7&limit=500', api.adminKey, 100),
      await measure('50 by a name', '/v1/devices?labels=audited&limit=500', api.adminKey, 50),
      await measure('first 100 of 2,500', '/v1/devices?labels=region%3Dr1', api.adminKey, 100),
      await measure('last positions of a key by label', '/v1/positions', key, 100),
    ]
    await embedded.ask('close')
    return printBars(bars)
  } finally {
    await parts.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
