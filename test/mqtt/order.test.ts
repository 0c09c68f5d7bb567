import { describe, expect, it } from 'vitest'
import { readOrder } from '../../cdk/mqtt/order.ts'
import type { Level } from '../../cdk/mqtt/options.ts'

const bodyOf = (payload: string, level: Level = 'harmless', model: string | null = 'ST-906L') => {
  const order = readOrder(payload, model, level)
  return 'problem' in order ? order.problem : order.body
}

describe('a command that arrives from the broker', () => {
  it.each([
    ['read-status', { intent: 'read-status', params: {} }],
    [' read-status\n', { intent: 'read-status', params: {} }],
    ['interval-on seconds=20', { intent: 'interval-on', params: { seconds: '20' } }],
    ['CXZT', { raw: 'CXZT' }],
    ['8050000 20', { raw: '8050000 20' }],
    [
      '{"intent": "interval-on", "params": {"seconds": 20}}',
      { intent: 'interval-on', params: { seconds: 20 } },
    ],
    ['{"intent": "read-status"}', { intent: 'read-status', params: {} }],
  ])('%s', (payload, body) => expect(bodyOf(payload)).toEqual(body))

  it.each([
    ['read-statsu', /"read-statsu" is not a command; nearest: read-status/],
    ['my secret hunter', /^"my secret \*+" is not a command/],
    ['{', /expected JSON like/],
    ['{"intent": 1}', /expected JSON like/],
    ['{"intent": "read-status", "params": {"a": {}}}', /expected JSON like/],
    ['{"intent": "read-status", "params": null}', /expected JSON like/],
  ])('%s is refused, with what would be accepted', (payload, problem) =>
    expect(bodyOf(payload)).toMatch(problem),
  )

  it.each([
    'interval-on seconds=20',
    '8050000 20',
    'fuel-cut',
    '9400000',
    '{"intent":"fuel-cut"}',
    'RESTART0000',
    'nonsense 1',
  ])('%s is not sent where only reads are allowed', (payload) =>
    expect(bodyOf(payload, 'reads')).toMatch(/only reads|is not a command/),
  )
  it.each(['read-status', 'CXZT', '{"intent":"read-firmware"}'])('%s is a read', (payload) =>
    expect(typeof bodyOf(payload, 'reads')).toBe('object'),
  )
})
