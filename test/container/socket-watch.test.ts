import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFramer, type Frame } from '#h02'
import type { Connection } from '../../container/sockets/connection.ts'
import { createSocketWatch, type SocketWatch } from '../../container/sockets/socket-watch.ts'

// The test fires the timers one after another, in the order of an event loop and independent of its speed.
let at: number
let watch: SocketWatch
let happened: string[]
let connections: Set<Connection>
beforeEach(() => {
  vi.useFakeTimers()
  at = 1_000_000
  happened = []
  connections = new Set()
  watch = createSocketWatch({
    connections,
    close: (_, reason) => void happened.push(reason),
    guard: (_, work) => work(),
    onQuiet: () => void happened.push('quiet'),
    loginMs: 60_000,
    idleMs: 60_000,
    lookEveryMs: 5_000,
    now: () => at,
  })
})
afterEach(() => {
  watch.stop()
  vi.useRealTimers()
})

/** What the watch reads of a connection. */
type Watched = {
  -readonly [
    Field in
      'lastDataAt' | 'silenceMs' | 'quietUntil' | 'openedAt' | 'isPaused' | 'isIdentified' | 'onSilence'
  ]: Connection[Field]
}
const open = (own: Partial<Watched> = {}): Watched & Connection => {
  const connection = {
    lastDataAt: at,
    silenceMs: 50,
    openedAt: at,
    quietUntil: 0,
    isPaused: false,
    isIdentified: true,
    onSilence: () => void happened.push('silence'),
    ...own,
  } as unknown as Watched & Connection
  connections.add(connection)
  return connection
}
const pass = (ms: number): void => {
  at += ms
  vi.advanceTimersByTime(ms)
}

describe('a record without an end mark', () => {
  it('ends after 50 ms of silence, and no sooner', () => {
    watch.awaitSilence(open())
    pass(49)
    expect(happened).toEqual([])
    pass(30)
    expect(happened).toEqual(['silence'])
  })

  it('is kept whole although the process stood still for longer than a silence while the rest came', () => {
    const record = Buffer.from(
      '24410600082621532131081504419390060740418306000000fffffbfdff0015060000002c02dc0c000000001f',
      'hex',
    )
    const framer = createFramer()
    const frames: Frame[] = []
    const connection = open({
      onSilence: (silentMs) => void frames.push(...framer.idle(silentMs)),
    })
    const read = (bytes: Buffer): void => {
      connection.lastDataAt = at
      frames.push(...framer.push(bytes))
      connection.silenceMs = framer.silenceMs
      watch.awaitSilence(connection)
    }
    read(record.subarray(0, 35))
    expect(connection.silenceMs).toBeGreaterThan(0)
    // An event loop that continues runs its timers first, then reads, then does what the timers left for later.
    at += connection.silenceMs + 300
    vi.advanceTimersToNextTimer()
    read(record.subarray(35))
    vi.advanceTimersToNextTimer()
    expect(frames).toEqual([])
    at += connection.silenceMs
    vi.advanceTimersToNextTimer()
    vi.advanceTimersToNextTimer()
    expect(frames.map(({ bytes }) => bytes.length)).toEqual([record.length])
  })

  it.each([1, 50, 200, 5_000])('does not end when the process stands still for %d ms after reading', (ms) => {
    const connection = open()
    watch.awaitSilence(connection)
    at += 20
    vi.advanceTimersToNextTimer()
    at += ms
    vi.advanceTimersToNextTimer()
    expect(happened).toEqual([])
    // Bytes that have arrived in the meantime are read in the next round, before the next check.
    at += 20
    vi.advanceTimersToNextTimer()
    connection.lastDataAt = at
    vi.advanceTimersToNextTimer()
    expect(happened).toEqual([])
  })

  it('does not end while its socket is paused', () => {
    const connection = open({ isPaused: true })
    watch.awaitSilence(connection)
    pass(10_000)
    expect(happened).toEqual([])
    connection.isPaused = false
    pass(40)
    expect(happened).toEqual(['silence'])
  })
})

describe('a socket that must be silent for a time', () => {
  it('is written to again when the time is over, and no sooner', () => {
    watch.awaitQuiet(open({ quietUntil: at + 300 }))
    pass(299)
    expect(happened).toEqual([])
    pass(51)
    expect(happened).toEqual(['quiet'])
  })
})

describe('a silent socket', () => {
  it('is closed when it is idle, unless it is paused', () => {
    const connection = open({ isPaused: true })
    pass(600_000)
    expect(happened).toEqual([])
    connection.isPaused = false
    pass(5_000)
    expect(happened).toEqual(['idle'])
  })

  it('is closed when it names no device in time', () => {
    open({ isIdentified: false })
    pass(60_000)
    expect(happened).toEqual([])
    pass(5_000)
    expect(happened).toEqual(['no device id in time'])
  })
})
