import { afterEach, describe, expect, it } from 'vitest'
import { profiles } from './profiles/index.ts'
import { startSink, type Sink } from './sink.ts'
import { createTracker, type Tracker } from './tracker.ts'

const HOUR = 3_600_000

const running: { stop?: () => Promise<void>; close?: () => Promise<void> }[] = []
afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await (one.stop ?? one.close)?.()
})

const play = async (
  profile: string,
  maxFrames: number,
  more = {},
): Promise<{ sink: Sink; tracker: Tracker }> => {
  const sink = await startSink()
  const tracker = createTracker({
    host: '127.0.0.1',
    port: sink.port,
    profile,
    timeScale: 0.002,
    maxFrames,
    ...more,
  })
  running.push(sink, tracker)
  tracker.start()
  await tracker.done
  await sink.until(() => sink.got.length >= maxFrames)
  return { sink, tracker }
}

const kinds = (sink: Sink): (string | null)[] =>
  sink.got.map(({ result }) =>
    result.ok
      ? result.message.binary
        ? `$${result.message.binary.length}`
        : result.message.type
      : result.reason,
  )

describe('every simulator profile', () => {
  it.each(profiles.map(({ name }) => name))('%s sends frames that decode without a warning', async (name) => {
    const { sink, tracker } = await play(name, 16)
    for (const { result } of sink.got) {
      expect(result).toMatchObject({ ok: true, warnings: [] })
      if (result.ok) expect(result.message.id).toBe(tracker.deviceId)
    }
  })

  const lies = new Set(['bad-clock', 'blind-area'])
  it.each(profiles.map(({ name }) => name).filter((name) => !lies.has(name)))(
    '%s has fix times that end at the wall clock',
    async (name) => {
      const { sink } = await play(name, 12)
      for (const { position } of sink.messages()) {
        if (position === null) continue
        expect(position.fixTime).toBeLessThanOrEqual(Date.now())
        expect(position.fixTime).toBeGreaterThan(Date.now() - HOUR)
      }
    },
  )

  // Nothing here depends on when an ack or a reconnect comes.
  const steady = ['st906l', 'st904l', 'cj730', 'tk-clone', 'mixed-length', 'blind-area', 'bad-clock']
  it.each(steady)('%s sends the same bytes for the same seed', async (profile) => {
    const now = (): number => Date.UTC(2026, 4, 17, 8, 30)
    const bytesOf = async (seed: number): Promise<string[]> => {
      const { tracker } = await play(profile, 12, { seed, now })
      return tracker.sent.map(({ bytes }) => Buffer.from(bytes).toString('hex'))
    }
    const first = await bytesOf(7)
    expect(await bytesOf(7)).toEqual(first)
    expect(await bytesOf(8)).not.toEqual(first)
  })
})

describe('simulator profiles', () => {
  it('st906l clears bit 26 in the first frame after a connect only', async () => {
    const { sink } = await play('st906l', 5)
    expect(sink.messages().map(({ status }) => status?.clear.includes(26))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it('lk109 sends NBR until it is acknowledged', async () => {
    const { sink } = await play('lk109', 40)
    const nbrs = kinds(sink).filter((kind) => kind === 'NBR').length
    expect(nbrs).toBeGreaterThan(0)
    expect(nbrs).toBeLessThan(20)
    expect(new Set(kinds(sink))).toEqual(new Set(['$45', 'NBR']))
  })

  it('st901l-4g sends V6 once, then V8', async () => {
    const { sink } = await play('st901l-4g', 8)
    const [first, ...others] = kinds(sink)
    expect(first).toBe('V6')
    expect(new Set(others)).toEqual(new Set(['V8']))
  })

  it('tk-clone begins with CR and continues with 54 bytes', async () => {
    const { sink } = await play('tk-clone', 10)
    expect(kinds(sink)).toEqual(['CR', '$54', '$54', '$54', 'NOR', '$54', '$54', '$54', '$54', 'NOR'])
  })

  it('cantrack reports once its V0 is echoed', async () => {
    const { sink } = await play('cantrack', 12)
    expect(kinds(sink)[0]).toBe('V0')
    expect(kinds(sink)).toContain('V1')
    expect(kinds(sink)).toContain('HTBT')
  })

  it('mixed-length sends three lengths on one connection', async () => {
    const { sink } = await play('mixed-length', 7)
    expect(kinds(sink)).toEqual(['$32', '$32', '$45', '$32', '$47', '$45', '$32'])
    expect(sink.connections()).toBe(1)
  })

  it('radio-cycling reconnects and sends its stored frames with bit 26 low', async () => {
    const { sink } = await play('radio-cycling', 20)
    expect(sink.connections()).toBeGreaterThan(1)
    expect(sink.messages().some(({ status }) => status?.clear.includes(26))).toBe(true)
  })

  it('blind-area mixes frames that are hours late with live ones', async () => {
    const { sink } = await play('blind-area', 10)
    const late = sink.messages().filter(({ position }) => Date.now() - position!.fixTime! > 4 * HOUR)
    expect(late).toHaveLength(4)
    expect(late.every(({ status }) => status?.clear.includes(26))).toBe(true)
  })

  it('bad-clock is in 1980, 1024 weeks back, a day ahead, and correct', async () => {
    const { sink } = await play('bad-clock', 4)
    const days = sink
      .messages()
      .map(({ position }) => Math.round((position!.fixTime! - Date.now()) / 24 / HOUR))
    expect(days[0]).toBeLessThan(-16_000)
    expect(days.slice(1).map((day) => day + 0)).toEqual([-7168, 1, 0])
  })

  it('clone-pair is one id on two connections in two places', async () => {
    const { sink } = await play('clone-pair', 10)
    await sink.until(() => sink.connections() === 2)
    const places = new Set(sink.messages().map(({ position }) => Math.round(position!.latitude! * 5)))
    expect(places.size).toBe(2)
    expect(new Set(sink.messages().map(({ id }) => id)).size).toBe(1)
  })
})
