import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { decode, frameOf } from '#h02'
import { missingBrowser, openBrowser } from '../console/browser.ts'
import { isSkipped } from '../skip.ts'
import { installMeter, meter } from './console-meter.ts'
import { charactersLost } from './console-terminal.ts'
import { makeLiveDrive } from './driving.ts'
import { compare, type Counts } from './gateway.ts'
import { toDelays } from './load-stored.ts'
import { faults } from './seeded.ts'
import { growthOf } from './load-use.ts'
import type { Uses } from './parts/embedded-server.ts'
import type { Taken } from './parts/log-stub.ts'
import { createParts, type Part, type Usage } from './parts/part.ts'
import type { Sent, Observed } from './parts/trackers.ts'

const parts = createParts()
const { start } = parts
afterEach(parts.stop)

/** Polls until it holds; only the time limit of the test ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

const DEVICES = 20

async function trackersOf(server: Part): Promise<Part> {
  const trackers = start('trackers', {
    PORT: String(await server.ask<number>('port')),
    DEVICES: String(DEVICES),
    FRAMES: 'mixed',
  })
  await trackers.ask('connect', DEVICES)
  await trackers.ask<Sent>('send', { rate: 200, seconds: 0.5 })
  return trackers
}

describe('a seeded fault of the test of the tests', () => {
  it.each(faults)('can still be inserted: $name', ({ file, from }) => {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    expect(source.split(from)).toHaveLength(2)
  })
})

describe('the parts of the gateway bench', () => {
  it('show that the gateway loses nothing, acknowledges all, and nothing early', async () => {
    const log = start('log-stub')
    const server = start('gateway-server', {
      DEVICES: String(DEVICES),
      AWS_ENDPOINT_URL_KINESIS: await log.ask<string>('endpoint'),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    })
    const trackers = await trackersOf(server)
    await until(async () => {
      const { sent, owed, acked } = await trackers.ask<Counts>('counts')
      return sent > DEVICES && acked === owed
    })
    const observed = await trackers.ask<Observed>('observed')
    const taken = await log.ask<Map<number, Taken>>('taken')
    expect(compare(observed, taken)).toEqual({ damaged: 0, early: 0, unacked: 0 })
    expect(((await server.usage(true)) satisfies Usage).cpuMs).toBeGreaterThan(0)
  })

  it('count every byte that the bare server receives', async () => {
    const server = start('bare-server')
    const trackers = await trackersOf(server)
    const { bytes } = await trackers.ask<Counts>('counts')
    await until(async () => (await server.ask<number>('bytes')) === bytes)
  })
})

describe('the comparison of trackers with the log', () => {
  const observed = (acks: number[]): Observed => ({
    sent: Uint32Array.of(2),
    owed: Uint32Array.of(2),
    hashes: Int32Array.of(7),
    lastSentAt: Float64Array.of(0),
    ackedAt: [acks],
  })
  const taken = (at: number[], hash = 7) => new Map<number, Taken>([[0, { hash, owedAt: at }]])

  it.each([
    ['all is well', observed([15, 30]), taken([10, 20]), { damaged: 0, early: 0, unacked: 0 }],
    [
      'an ack came before its frame',
      observed([15, 19]),
      taken([10, 20]),
      { damaged: 0, early: 1, unacked: 0 },
    ],
    [
      'an ack came for no frame',
      observed([15, 30, 31]),
      taken([10, 20]),
      { damaged: 0, early: 1, unacked: 0 },
    ],
    ['a frame was lost', observed([15]), taken([10], 8), { damaged: 1, early: 0, unacked: 1 }],
    ['a frame was changed', observed([15, 30]), taken([10, 20], 8), { damaged: 1, early: 0, unacked: 0 }],
    ['the log has nothing', observed([]), new Map(), { damaged: 1, early: 0, unacked: 2 }],
  ])('reports when %s', (_, one, other, expected) => expect(compare(one, other)).toEqual(expected))
})

describe('the load bench', () => {
  it('counts a frame as stored once its device was last seen then or later', () => {
    const stored = new Map([['1', [500, 1_000, 2_000, 9_000]]])
    const saves = new Map([
      [
        '1',
        [
          { seenAt: 3_000, lastSeen: 1_500 },
          { seenAt: 5_000, lastSeen: 2_000 },
        ],
      ],
    ])
    expect(toDelays(stored, { since: 900, saves })).toEqual([2, 3])
  })

  it('detects growing memory, but ignores the warm-up', () => {
    const at = (bytes: number): Uses => {
      const use = { cpuMs: 0, memoryBytes: bytes }
      return { gateway: use, ingest: use, standIns: use }
    }
    expect(growthOf([1, 2, 3, 10, 10, 10, 10, 10, 10].map(at), 'gateway')).toBe(1)
    expect(growthOf([1, 2, 3, 10, 10, 10, 15, 15, 15].map(at), 'gateway')).toBe(1.5)
  })
})

describe('the console bench', () => {
  it.each([
    ['all is there', 'CXZT', 'CXZT', 0],
    ['one is missing', 'CXZT', 'CZT', 1],
    ['two have changed places', 'CXZT', 'XCZT', 3],
    ['one came that no one typed', 'CXZT', 'CXZTZ', 1],
    ['nothing came', 'CXZT', '', 4],
  ])('counts lost characters when %s', (_, typed, found, lost) =>
    expect(charactersLost(typed, found)).toBe(lost),
  )

  it.skipIf(isSkipped('bench console', missingBrowser))(
    'measures drawing, slow frames, and delayed keys',
    async () => {
      const browser = await openBrowser({ drawsMaps: true })
      onTestFinished(() => browser.close())
      const page = await browser.newPage()
      await page.addInitScript(installMeter, [{ name: 'field', selector: 'input' }])
      const html = `<input autofocus><ol id=rows></ol><script>
        const rest = (ms) => { const end = performance.now() + ms; while (performance.now() < end); }
        addEventListener('keydown', ({ key }) => key === 'x' && rest(300))
        setTimeout(() => { rows.innerHTML = '<li class="line up"><span class=raw>*HQ,1#</span>' }, 50)
      </script>`
      await page.goto(`data:text/html,${encodeURIComponent(html)}`)
      await page.locator('li').waitFor()
      const calm = await meter(page, () => page.keyboard.type('ab'))
      const held = await meter(page, () => page.keyboard.type('x', { delay: 500 }))
      expect(calm.seen.field).toBeGreaterThan(0)
      expect([calm.keys.length, held.keys.length]).toEqual([2, 1])
      expect(held.keys[0]).toBeGreaterThan(300)
      expect(Math.max(...held.frames)).toBeGreaterThan(100)
      expect(held.drawn).toEqual(['*HQ,1#'])
    },
  )
})

describe('the live drive of the bench, day after day', () => {
  it('decodes, and its fix times advance like its receive times', () => {
    const events = makeLiveDrive('9170000000', 300)
    for (const { raw, receivedAt } of events) {
      const decoded = decode(frameOf(raw))
      const fixTime = decoded.ok ? (decoded.message.position?.fixTime ?? NaN) : NaN
      expect(receivedAt - fixTime).toBeGreaterThan(0)
      expect(receivedAt - fixTime).toBeLessThan(60_000)
    }
  })
})
