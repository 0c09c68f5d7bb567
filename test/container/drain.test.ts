import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStopping, drain, type Drainable } from '../../container/drain.ts'
import { readDesiredStatus, watchTaskStatus } from '../../container/task-metadata.ts'
import { silent } from '../silent-log.ts'

const times = { acceptMs: 25_000, closedByMs: 90_000, goneByMs: 110_000 }
const DEREGISTRATION_MS = 120_000

/**
 * ECS and the load balancer around one task, on a clock that only `wait` moves. ECS deregisters the target and says
 * STOPPED at 0; it sends SIGTERM when the target is unused, and SIGKILL 120 s later. The load balancer may send new
 * connections until two minutes after the deregistration.
 */
function simulate({
  sockets,
  hasMetadata = true,
  signalAtMs = DEREGISTRATION_MS,
  secondSignalAtMs = Infinity,
}: {
  sockets: number
  hasMetadata?: boolean
  signalAtMs?: number
  secondSignalAtMs?: number
}) {
  let now = 0
  let wall = 1_800_000_000_000
  vi.spyOn(Date, 'now').mockImplementation(() => wall)
  const connections = new Set<number>()
  for (let i = 0; i < sockets; i++) connections.add(i)
  const closedAt: number[] = []
  const refusedAt: number[] = []
  let stoppedAcceptingAt: number | null = null
  let nextId = sockets
  const gateway: Drainable<number> = {
    connections,
    monotonic: () => now,
    close: (connection) => {
      connections.delete(connection)
      closedAt.push(now)
    },
    drain: async () => 0,
  }
  const stopping = createStopping(gateway.monotonic, times)
  let look: () => void = () => {}
  let lookEveryMs = Infinity
  let failedAt: number | null = null
  if (hasMetadata) {
    watchTaskStatus({
      read: async () => (now > 0 ? 'STOPPED' : 'RUNNING'),
      onStopping: stopping.announced,
      log: silent,
      every: (ms, again) => {
        lookEveryMs = ms
        look = again
        return () => {}
      },
    })
  }
  const advance = async (ms: number): Promise<void> => {
    const before = now
    now += ms
    // The wall clock steps back and forward by an hour: nothing here may follow it.
    wall += Math.floor(now / 10_000) % 2 === 0 ? 3_600_000 : -3_600_000
    if (Math.floor(now / lookEveryMs) > Math.floor(before / lookEveryMs)) look()
    if (before < signalAtMs && now >= signalAtMs) stopping.signalled()
    if (now >= secondSignalAtMs) stopping.hurry()
    // A new tracker each second, as long as the load balancer may still send one.
    if (now <= DEREGISTRATION_MS && Math.floor(now / 1_000) > Math.floor(before / 1_000)) {
      if (stoppedAcceptingAt === null) connections.add(nextId++)
      else refusedAt.push(now)
    }
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
  const run = async (): Promise<{ endedAt: number }> => {
    while (!stopping.isStopping()) await advance(100)
    await drain({
      gateway,
      listener: { stopAccepting: () => (stoppedAcceptingAt ??= now) },
      health: { fail: () => (failedAt ??= now) },
      stopping,
      log: silent,
      wait: advance,
    })
    return { endedAt: now }
  }
  return { run, connections, closedAt, refusedAt, accepted: () => nextId - sockets, failedAt: () => failedAt }
}

/** The most sockets closed within five seconds. */
const maxInFiveSeconds = (closedAt: readonly number[]): number =>
  Math.max(...closedAt.map((at) => closedAt.filter((other) => other >= at && other < at + 5_000).length))

afterEach(() => vi.restoreAllMocks())

describe('a task that ECS stops', () => {
  it('drains from the announcement: refuses no tracker, closes evenly, and exits long before SIGKILL', async () => {
    const world = simulate({ sockets: 8_000 })
    const { endedAt } = await world.run()
    expect(world.refusedAt).toEqual([])
    expect(world.accepted()).toBe(120)
    expect(world.connections.size).toBe(0)
    // Well before SIGTERM, at 120 s: else two of four minutes would be wasted.
    const beforeSigterm = world.closedAt.filter((at) => at < DEREGISTRATION_MS).length
    expect(beforeSigterm).toBeGreaterThan(4_000)
    expect(world.closedAt[0]).toBeGreaterThan(20_000)
    expect(maxInFiveSeconds(world.closedAt)).toBeLessThan(8_000 * 0.05)
    expect(endedAt).toBeLessThan(190_000)
  })

  it('fails its health check within five seconds of STOPPED', async () => {
    const world = simulate({ sockets: 10 })
    await world.run()
    expect(world.failedAt()).toBe(5_000)
  })

  it('drains within 110 s of SIGTERM where no metadata endpoint announces the stop', async () => {
    const world = simulate({ sockets: 1_000, hasMetadata: false })
    const { endedAt } = await world.run()
    expect(world.refusedAt).toEqual([])
    expect(world.closedAt[0]).toBeGreaterThanOrEqual(DEREGISTRATION_MS + 25_000)
    expect(endedAt).toBeLessThanOrEqual(DEREGISTRATION_MS + 110_000)
    expect(maxInFiveSeconds(world.closedAt)).toBeLessThan(1_120 * 0.12)
  })

  it('counts from SIGTERM when it comes sooner than the deregistration delay: SIGKILL does too', async () => {
    const world = simulate({ sockets: 1_000, signalAtMs: 7_000 })
    const { endedAt } = await world.run()
    expect(endedAt).toBeLessThanOrEqual(7_000 + 110_000)
    expect(world.connections.size).toBe(0)
  })

  it('closes everything at once on a second signal', async () => {
    const world = simulate({ sockets: 100, hasMetadata: false, signalAtMs: 1_000, secondSignalAtMs: 2_000 })
    expect((await world.run()).endedAt).toBeLessThan(2_200)
    expect(new Set(world.closedAt).size).toBe(1)
    expect(world.connections.size).toBe(0)
  })
})

describe('the task metadata endpoint', () => {
  it('is read in the format of Fargate', async () => {
    let desired = 'RUNNING'
    const server = createServer(({ url }, response) => {
      response.statusCode = url === '/v4/abc/task' ? 200 : 404
      response.end(JSON.stringify({ Cluster: 'c', DesiredStatus: desired, KnownStatus: 'RUNNING' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v4`
    expect(await readDesiredStatus(`${at}/abc`)()).toBe('RUNNING')
    desired = 'STOPPED'
    expect(await readDesiredStatus(`${at}/abc`)()).toBe('STOPPED')
    await expect(readDesiredStatus(`${at}/other`)()).rejects.toThrow('answered 404')
    server.closeAllConnections()
    server.close()
  })

  it('is asked again after a failure, warns once, and reports STOPPED once', async () => {
    const answers = ['RUNNING', new Error('refused'), new Error('refused'), 'RUNNING', 'STOPPED', 'STOPPED']
    const warnings: string[] = []
    let stopped = 0
    let look: () => void = () => {}
    let isWatching = true
    watchTaskStatus({
      read: async () => {
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return String(answer)
      },
      onStopping: () => stopped++,
      log: { warn: (message) => void warnings.push(message) },
      every: (ms, again) => {
        expect(ms).toBe(5_000)
        look = again
        return () => (isWatching = false)
      },
    })
    for (let i = 0; i < 6 && isWatching; i++) {
      look()
      await new Promise(setImmediate)
    }
    expect(stopped).toBe(1)
    expect(answers).toEqual(['STOPPED'])
    expect(warnings).toEqual(['task metadata cannot be read; asking again'])
  })
})
