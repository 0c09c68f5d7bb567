import { describe, expect, it } from 'vitest'
import { refusalText, waitText, watchUntil } from '../../cdk/tools/command-text.ts'

const now = Date.UTC(2026, 10, 28, 18)
const inMs = (ms: number): string => new Date(now + ms).toISOString()

describe('watchUntil', () => {
  const at = { startedAt: now, waitSeconds: null }
  it.each(['write', 'reply', 'effect'] as const)('lasts until the window of the %s has ended', (what) => {
    for (const ms of [1_000, 79_000, 300_000]) {
      const until = watchUntil({ state: 'sent', waitingFor: { what, until: inMs(ms) } }, at)
      expect(until).toBeGreaterThan(now + ms)
      expect(until).toBeLessThan(now + ms + 120_000)
    }
  })
  it('does not last a day for an offline device', () => {
    const waitingFor = { what: 'device', until: inMs(86_400_000) } as const
    expect(watchUntil({ state: 'queued', waitingFor }, at)).toBe(now + 60_000)
  })
  it('lasts while the command is queued, but not as long as the queue allows', () => {
    const waitingFor = { what: 'turn', until: inMs(86_400_000) } as const
    expect(watchUntil({ state: 'queued', waitingFor }, at)).toBe(now + 600_000)
  })
  it.each(['device', 'turn', 'write', 'reply', 'effect'] as const)(
    'is limited by --wait while it waits for: %s',
    (what) => {
      const waitingFor = { what, until: inMs(5_000) }
      expect(watchUntil({ state: 'sent', waitingFor }, { startedAt: now, waitSeconds: 7 })).toBe(now + 7_000)
    },
  )
})

describe('waitText', () => {
  it.each([
    ['device', 86_400_000, 'It waits for the device to be online, at most until 2026-11-29 18:00 UTC.'],
    ['reply', 30_000, 'It waits for a reply, at most until 18:00:30 UTC.'],
    ['effect', 79_000, 'It waits for its effect, at most until 18:01:19 UTC.'],
  ] as const)('names what it waits for: %s', (what, ms, text) => {
    expect(waitText({ waitingFor: { what, until: inMs(ms) } }, now)).toBe(text)
  })
})

describe('refusalText', () => {
  const title = 'Title'
  it.each([
    ['send it with "confirm": true if you want that', 'send it with --confirm if you want that'],
    [
      '"replace": true sends this one instead, DELETE /v1/devices/9170000000/commands/0mf cancels that one',
      '--replace sends this one instead, --cancel 0mf cancels that one',
    ],
    [
      'wait for them, or cancel them with DELETE /v1/devices/9170000000/commands',
      'wait for them, or cancel them with --cancel all',
    ],
    ['see GET /v1/devices/9170000000/commands/0mf', 'see --watch 0mf'],
    ['/params/seconds: must be a whole number', '--param seconds: must be a whole number'],
    ['/dialect: x is known in text only', '--dialect: x is known in text only'],
    [
      '/dialect: x is experimental, so `auto` does not choose: name text or h02',
      '--dialect: x is experimental, so `auto` does not choose: use --dialect text or --dialect h02',
    ],
    [
      'the device is not connected; "queue": true lets this command wait, for at most expiresInSeconds',
      'the device is not connected; --queue lets this command wait, for at most --expires',
    ],
    ['/expiresInSeconds: expected', '--expires: expected'],
    [
      '/intent: no such intent; nearest: x; GET /v1/devices/9170000000/catalogue has all',
      'no such intent; nearest: x; --list shows all',
    ],
  ])('explains %j in terms of options', (detail, text) => {
    expect(refusalText({ title, detail })).toBe(`Title: ${text}`)
  })
})
