import { describe, expect, it } from 'vitest'
import { readLimits, standardLimits } from '../../lambdas/console/campaigns/limits.ts'
import { emptySelection, matching, readSelection } from '../../lambdas/console/campaigns/selection.ts'
import { limitText, reasonText, stopText } from '../../lambdas/console/campaigns/words.ts'
import { readIds, readLabels } from '../../lambdas/console/parts/labels.ts'
import type { DeviceAnswer } from '../../lambdas/console/api/types.ts'
import { newCampaignSchema } from '../../lambdas/api/campaigns/schema.ts'

const device = (deviceId: string, more: Partial<DeviceAnswer> = {}) =>
  ({ deviceId, model: null, seenModel: null, firmware: null, labels: {}, ...more }) as DeviceAnswer

describe('the form of a new campaign', () => {
  it('reads labels and ids as people type them, and reports what it cannot read', () => {
    expect(readLabels('fleet=north, depot\n a/b=x=y ')).toEqual({ fleet: 'north', depot: '', 'a/b': 'x=y' })
    expect(readLabels(' , ')).toBe(null)
    expect(() => readLabels('fleet north')).toThrow('"fleet north" is not a label')
    expect(readIds('1, 2;3\n4')).toEqual(['1', '2', '3', '4'])
    expect(readIds('')).toBe(null)
    expect(() => readIds('12a')).toThrow('"12a" is not a device id')
  })

  it('selects nothing without a condition, and otherwise what matches all conditions', () => {
    expect(readSelection(emptySelection)).toBe(null)
    const select = readSelection({ ...emptySelection, labels: 'fleet=north', model: 'st906l' })!
    const devices = [
      device('1', { labels: { fleet: 'north' }, model: 'ST-906L' }),
      device('2', { labels: { fleet: 'south' }, model: 'ST-906L' }),
      device('3', { labels: { fleet: 'north' }, seenModel: 'ST906', firmware: 'ST906(70SACD)_TQ_V_2.0' }),
      device('4', { labels: { fleet: 'north' }, model: 'ST-901' }),
    ]
    expect(matching(devices, select).map(({ deviceId }) => deviceId)).toEqual(['1', '3'])
    const family = readSelection({ ...emptySelection, firmware: 'ST906' })!
    expect(matching(devices, family).map(({ deviceId }) => deviceId)).toEqual(['3'])
  })

  it('offers the default limits of the API', () => {
    const order = { intent: 'read-status', select: { ids: ['1'] } }
    const standard = newCampaignSchema.parse(order)
    expect(newCampaignSchema.parse({ ...order, ...readLimits(standardLimits) })).toEqual(standard)
  })
})

describe('a campaign in words', () => {
  it('shows limits as shares or numbers, or that there are none', () => {
    expect([limitText(0.1), limitText(0.125), limitText(1), limitText(3)]).toEqual([
      '10 %',
      '12.5 %',
      '1 device',
      '3 devices',
    ])
    expect(stopText({})).toBe('never by itself')
    expect(stopText({ unanswered: 0.2, rejected: 1 })).toBe('20 % unanswered, 1 device rejected')
  })

  it('explains why it stopped, in the canary and after it', () => {
    expect(reasonText({ reason: null })).toBe(null)
    expect(reasonText({ reason: { outcome: 'unanswered', count: 3, of: 12, limit: 0.2 } })).toBe(
      '3 of 12 concluded devices ended unanswered; the limit is 20 %.',
    )
    expect(reasonText({ reason: { outcome: 'rejected', count: 1, of: 2, limit: null } })).toContain(
      '1 of 2 concluded devices ended rejected in the canary',
    )
  })
})
