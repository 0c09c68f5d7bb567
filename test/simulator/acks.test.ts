import { afterEach, describe, expect, it } from 'vitest'
import { createOutbox } from './outbox.ts'
import { startSink, type Got, type Sink } from './sink.ts'
import { createTracker, type Tracker } from './tracker.ts'

let sink: Sink
let tracker: Tracker
afterEach(async () => {
  await tracker.stop()
  await sink.close()
})

const play = async (profile: string, owes: (got: Got) => boolean, maxFrames?: number): Promise<void> => {
  sink = await startSink(owes)
  tracker = createTracker({ host: '127.0.0.1', port: sink.port, profile, timeScale: 0.01, maxFrames })
  tracker.start()
}

const copies = (): number[] => {
  const counts = new Map<string, number>()
  for (const { frame } of sink.got) {
    const key = Buffer.from(frame.bytes).toString('latin1')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts.values()]
}

describe('acks', () => {
  it('st901l-4g repeats every frame that is not acknowledged', async () => {
    await play('st901l-4g', () => false, 3)
    await sink.until(() => copies().length === 3 && copies().every((count) => count >= 3))
  })

  it('st901l-4g stops repeating once it is acknowledged', async () => {
    let acks = false
    await play('st901l-4g', () => acks, 3)
    await sink.until(() => copies().length === 3 && copies().every((count) => count >= 2))
    acks = true
    await sink.until(() => tracker.received.length >= 3)
    expect(
      new Set(tracker.received.map((bytes) => Buffer.from(bytes).toString('latin1').split(',')[2])),
    ).toEqual(new Set(['R12']))
  })

  it('st901l-4g repeats after a reconnect what the lost connection did not acknowledge', async () => {
    await play('st901l-4g', ({ connection }) => connection > 1, 2)
    await sink.until(() => copies().length === 2)
    sink.send('RESTART')
    await sink.until(() => sink.got.filter(({ connection }) => connection === 2).length >= 2)
  })

  it('cantrack repeats V0 until it is echoed', async () => {
    await play('cantrack', ({ frame }) => frame.kind !== 'text', 4)
    await sink.until(() => sink.got.length === 4)
    expect(sink.messages().map(({ type }) => type)).toEqual(['V0', 'V0', 'V0', 'V0'])
  })

  it('cantrack dials again when its heartbeats are not echoed', async () => {
    await play('cantrack', ({ result }) => result.ok && result.message.type === 'V0')
    await sink.until(() => sink.connections() === 2)
  })
})

describe('the outbox of a simulated tracker', () => {
  const frame = (n: number): Uint8Array => Uint8Array.of(n)
  const taken = (outbox: ReturnType<typeof createOutbox>): number[] =>
    outbox.take().map(({ bytes }) => bytes[0]!)
  const fill = (keeps: boolean, ...numbers: number[]) => {
    const outbox = createOutbox({ keeps, limit: 3 })
    for (const n of numbers) outbox.add(frame(n), true)
    return outbox
  }

  it('repeats a stored frame after three intervals, unless it was acknowledged', () => {
    const outbox = fill(true, 1, 2)
    expect(taken(outbox)).toEqual([1, 2])
    outbox.acked()
    outbox.tick()
    outbox.tick()
    expect(taken(outbox)).toEqual([])
    outbox.tick()
    expect(taken(outbox)).toEqual([2])
  })

  it('counts the ack of a repetition for no other frame', () => {
    const outbox = fill(true, 1)
    taken(outbox)
    for (let i = 0; i < 3; i++) outbox.tick()
    taken(outbox)
    outbox.add(frame(2), true)
    taken(outbox)
    outbox.acked()
    outbox.acked()
    expect(outbox.size).toBe(1)
    outbox.acked()
    expect(outbox.size).toBe(0)
  })

  it('expects no more acks when the connection is lost', () => {
    const outbox = fill(true, 1)
    taken(outbox)
    outbox.lost()
    outbox.acked()
    expect(taken(outbox)).toEqual([1])
  })

  it('drops the oldest when it is full', () => {
    expect(taken(fill(false, 1, 2, 3, 4))).toEqual([2, 3, 4])
  })
})
