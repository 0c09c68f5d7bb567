import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { positionNumber, toDeviceId, toNumber } from '../../cdk/local/traccar/ids.ts'

const deviceIds = fc.stringMatching(/^\d{1,15}$/)

describe('numeric ids of the Traccar API', () => {
  it('exist for every device id, which is found by it', () => {
    fc.assert(
      fc.property(deviceIds, (id) => {
        const number = toNumber(id)
        expect(Number.isSafeInteger(number)).toBe(true)
        expect(toDeviceId(String(number))).toBe(id)
      }),
    )
    expect(toNumber('9170000000')).toBe(9_170_000_000)
    expect(toDeviceId(String(toNumber('012345678901234')))).toBe('012345678901234')
    expect(toNumber('0123')).not.toBe(toNumber('123'))
  })

  it('are not found for other numbers', () => {
    for (const text of [
      '',
      'x',
      '-1',
      '1.5',
      '007',
      '2000000000000000',
      '2000000000000012',
      '9999999999999999',
    ])
      expect([text, toDeviceId(text)]).toEqual([text, null])
  })

  it('of positions are stable, and differ by device, time and coordinates', () => {
    const fix = {
      fixTime: '2026-01-31T08:00:00Z',
      receivedAt: '2026-01-31T08:00:01.000Z',
      latitude: 1,
      longitude: 2,
    }
    const number = positionNumber('1', fix)
    expect(Number.isSafeInteger(number) && number > 0).toBe(true)
    expect(positionNumber('1', { ...fix, receivedAt: '2026-01-31T09:00:00.000Z' })).toBe(number)
    // As events have it.
    expect(positionNumber('1', { ...fix, fixTime: '2026-01-31T08:00:00.000Z' })).toBe(number)
    expect(positionNumber('2', fix)).not.toBe(number)
    expect(positionNumber('1', { ...fix, latitude: 1.1 })).not.toBe(number)
  })
})
