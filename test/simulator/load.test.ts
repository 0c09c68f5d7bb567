import { afterEach, describe, expect, it } from 'vitest'
import { createAckCounter } from './load-acks.ts'
import { createLoad, type Load } from './load.ts'
import { startSink, type Sink } from './sink.ts'

let sink: Sink | undefined
let load: Load | undefined
afterEach(async () => {
  await load?.stop()
  await sink?.close()
  sink = load = undefined
})

describe('the load generator', () => {
  it('counts the sent and acknowledged frames of each device', async () => {
    sink = await startSink()
    load = createLoad({ host: '127.0.0.1', port: sink.port, devices: 50, rate: 2000, frames: 4 })
    load.start()
    await load.done
    expect(load.stats()).toEqual({ connected: 50, sent: 200, acked: 200, errors: 0 })
    for (let device = 0; device < 50; device++) {
      expect([load.sentOf(device), load.ackedOf(device)]).toEqual([4, 4])
    }
    expect(sink.got).toHaveLength(200)
    expect(new Set(sink.messages().map(({ id, position }) => `${id} ${position?.fixTime}`)).size).toBe(200)
  })

  it('counts a missing ack', async () => {
    let spared = 0
    sink = await startSink(() => ++spared !== 3)
    const { port, until } = sink
    const running = (load = createLoad({ host: '127.0.0.1', port, devices: 5, rate: 500, frames: 2 }))
    running.start()
    await until(() => running.stats().sent === 10 && running.stats().acked === 9)
  })

  it('reconnects after the server closed a connection', async () => {
    sink = await startSink()
    const { port, until } = sink
    const running = (load = createLoad({ host: '127.0.0.1', port, devices: 2, rate: 50 }))
    running.start()
    await until(() => running.stats().connected === 2)
    await sink.close()
    await until(() => running.stats().connected === 0 && running.stats().errors > 0)
  })
})

describe('the ack counter', () => {
  it('counts acks split anywhere, and no commands', () => {
    const bytes = Buffer.from(
      '*HQ,1,R12,120000#*HQ,1,S20,120000,1,1#*HQ,1,V4,V1,20260101120000#CXZT*HQ,1,R12,120001#',
    )
    for (let cut = 0; cut <= bytes.length; cut++) {
      const acks = createAckCounter(1)
      acks.read(0, bytes.subarray(0, cut))
      acks.read(0, bytes.subarray(cut))
      expect(acks.of(0)).toBe(3)
    }
  })
})
