import { describe, expect, it } from 'vitest'
import type { ProbeFacts } from '#h02/catalogue/index.ts'
import type { Command } from '#shared/domain/command.ts'
import { agreedFacts, planWrites, secondPhase } from '#shared/domain/probe-phase.ts'
import type { Verdict } from '#shared/domain/verdict.ts'

const AT = 1_000_000
const read = (
  facts: ProbeFacts | null,
  {
    verdict = 'answered',
    ambiguous = false,
    intent = 'read-status',
  }: { verdict?: Verdict | null; ambiguous?: boolean; intent?: string } = {},
) =>
  ({
    deviceId: '9170000000',
    intent,
    dialect: 'text',
    params: {},
    reply: facts && { text: 'x', facts },
    conclusion: verdict && { at: AT, verdict, ambiguous, ok: null },
  }) as unknown as Command

describe('the second phase of a probe', () => {
  it.each([
    ['waits for the last read', [read({}), read(null, { verdict: null })], AT, 'waits'],
    [
      'begins when all are concluded, whatever they answered',
      [read({}), read(null, { verdict: 'unanswered' })],
      AT,
      'begins',
    ],
    [
      'never begins after a cancelled read',
      [read({}), read(null, { verdict: 'undelivered' }), read(null, { verdict: null })],
      AT,
      'never',
    ],
    ['never begins with old values', [read({})], AT + 11 * 60_000, 'never'],
  ] as const)('%s', (_, reads, now, expected) => expect(secondPhase(reads, now)).toBe(expected))

  const last = { intent: 'read-network', dialect: 'text', params: {}, fact: null }

  it('writes known values, reads them again, and asks ambiguous questions last', () => {
    const reads = [
      read({ intervalOnSeconds: 20, intervalOffSeconds: 300, deviceId: '9170000000' }),
      read({ firmware: 'X' }, { intent: 'read-firmware' }),
      read({ intervalOnSeconds: 20, timeZone: 'E01' }, { intent: 'read-config' }),
    ]
    expect(planWrites(reads, 'ST-906L')).toEqual([
      { intent: 'interval-on', dialect: 'text', params: { seconds: 20 }, fact: 'intervalOnSeconds' },
      { intent: 'interval-off', dialect: 'text', params: { seconds: 300 }, fact: 'intervalOffSeconds' },
      { intent: 'time-zone', dialect: 'text', params: { zone: 'E01' }, fact: 'timeZone' },
      { intent: 'read-status', dialect: 'text', params: {}, fact: null },
      { intent: 'read-config', dialect: 'text', params: {}, fact: null },
      last,
    ])
  })

  it.each([
    ['two answers say differently', [read({ intervalOnSeconds: 20 }), read({ intervalOnSeconds: 30 })]],
    ['may be the answer to another command', [read({ intervalOnSeconds: 20 }, { ambiguous: true })]],
    ['names another tracker', [read({ intervalOnSeconds: 20, deviceId: '9170000001' })]],
    ['is not there', [read(null)]],
  ])('does not write back a value that %s', (_, reads) => {
    expect(agreedFacts(reads)).not.toHaveProperty('intervalOnSeconds')
    expect(planWrites(reads, null)).toEqual([last])
  })
})
