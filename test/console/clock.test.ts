import { afterEach, describe, expect, it, vi } from 'vitest'
import { correctClock, currentTime, now } from '../../lambdas/console/state/clock.ts'

const HOUR_MS = 3_600_000
const serverTime = Date.parse('2026-11-30T23:30:00Z')

describe('the clock of the page', () => {
  afterEach(() => {
    correctClock(new Date().toUTCString())
    vi.useRealTimers()
  })

  it.each([
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
  ])('follows the server if the computer is %s', (_, error) => {
    vi.useFakeTimers({ now: serverTime + error })
    correctClock(new Date(serverTime).toUTCString())
    expect(currentTime()).toBe(serverTime)
    expect(now.value).toBe(serverTime)
    vi.setSystemTime(serverTime)
    correctClock(new Date(serverTime).toUTCString())
    expect(currentTime()).toBe(serverTime)
  })
  it('does not jump because of a slow answer, or an answer without a time', () => {
    vi.useFakeTimers({ now: serverTime })
    correctClock(new Date(serverTime - 29_000).toUTCString())
    correctClock(null)
    correctClock('yesterday')
    expect(currentTime()).toBe(serverTime)
  })
})
