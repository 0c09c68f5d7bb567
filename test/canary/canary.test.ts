import { describe, expect, it } from 'vitest'
import { decode, frameOf as toFrame } from '#h02'
import { createMetrics } from '#shared/metrics.ts'
import { CANARY_ID, createCanary } from '../../lambdas/canary/canary.ts'
import type { CanaryApi } from '../../lambdas/canary/api.ts'
import { frameOf } from '../../lambdas/canary/frame.ts'
import type { Tracker } from '../../lambdas/canary/tracker.ts'

const now = Date.UTC(2026, 10, 24, 12, 34, 56)

/** A visit against a system that may fail at one step; what it said, and what it measured. */
async function visit(
  failing: { readonly at?: keyof CanaryApi | 'dial' | 'ack'; readonly verdict?: string } = {},
) {
  const lines: string[] = []
  const logged: unknown[] = []
  const sent: string[] = []
  let isClosed = false
  const step = <T>(name: string, result: T): Promise<T> =>
    failing.at === name ? Promise.reject(new Error(`${name} failed`)) : Promise.resolve(result)
  const tracker: Tracker = {
    send: (text) => void sent.push(text),
    expect: (pattern) => step(pattern.source.includes('R12') ? 'ack' : 'written', /./.exec('x')!),
    close: () => {
      isClosed = true
    },
  }
  const metrics = createMetrics({ stage: 'test', part: 'canary' }, (line) => lines.push(line))
  await createCanary({
    api: {
      register: () => step('register', undefined),
      askStatus: () => step('askStatus', failing.verdict ?? 'answered'),
      findFrame: () => step('findFrame', undefined),
    },
    dial: () => step('dial', tracker),
    metrics,
    log: { info: () => {}, warn: () => {}, error: (_, fields) => logged.push(fields?.step) },
    now: () => now,
    withinMs: 10_000,
    pollMs: 1,
  })()
  metrics.flush()
  const values = Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as Record<
    string,
    unknown
  >
  return { passed: values.CanaryPassed, values, logged, sent, isClosed }
}

describe('the canary', () => {
  it('passes when its frame is acknowledged and returned, and its command answered', async () => {
    const { passed, values, logged, sent, isClosed } = await visit()
    expect([passed, logged, isClosed]).toEqual([1, [], true])
    expect(Object.keys(values)).toEqual(
      expect.arrayContaining(['CanaryAckTime', 'CanaryCommandTime', 'CanaryStoredTime']),
    )
    expect(sent[0]).toBe(frameOf(CANARY_ID, now))
    expect(sent[1]).toContain(',SMS,')
  })

  it.each([
    ['register', 'registration'],
    ['dial', 'connection'],
    ['ack', 'acknowledgement'],
    ['askStatus', 'command'],
    ['findFrame', 'history'],
  ] as const)('reports its failure where %s fails, and closes its socket', async (at, step) => {
    const { passed, logged, isClosed } = await visit({ at })
    expect([passed, logged]).toEqual([0, [step]])
    expect(isClosed).toBe(at !== 'register' && at !== 'dial')
  })

  it('does not pass when its command ends other than answered', async () => {
    const { passed, logged } = await visit({ verdict: 'unanswered' })
    expect([passed, logged]).toEqual([0, ['command']])
  })

  it('sends a frame that our decoder reads as a current fix', () => {
    const result = decode(toFrame(Buffer.from(frameOf(CANARY_ID, now), 'latin1')))
    expect(result.ok && result.message).toMatchObject({
      type: 'V1',
      id: CANARY_ID,
      position: { fixTime: now, valid: true },
    })
  })
})
