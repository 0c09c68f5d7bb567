/**
 * Trackers with numbered frames against embedded mode while its parts fail. An oracle knows every frame that was
 * acknowledged; each of them must be read back over HTTP, and every tracker must get acks again after every fault.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { AckedTracker, driveOf } from '../e2e/acked-tracker.ts'
import { createRandom, wholeBetween, type Random } from '../simulator/random.ts'
import { startPart, type Part } from './parts/part.ts'
import { say as print } from './say.ts'

const HOUR_MS = 3_600_000
const FIRST_ID = 9_170_100_000
/** A tracker that gets no ack for this long after the end of a fault counts as stuck. */
const STUCK_MS = 180_000
const PAGE_LIMIT = 1_000

type FaultsOptions = {
  readonly seed: number
  readonly trackers: number
  /** Between two frames of a tracker. */
  readonly paceMs: number
  readonly seconds: number
  /**
   * Whether the gateway's clock steps. Then nothing may be lost, but positions may be out of order or repeated, because both depend
   * on the time of reception.
   */
  readonly clock: boolean
  readonly say?: (text: string) => void
  /** Scales how long outages last: 1 is up to 12 s. */
  readonly scale: number
}

type FaultsResult = {
  readonly faults: number
  readonly acked: number
  /** Frames sent again because their ack did not come. */
  readonly repeated: number
  /** Broken promises; empty if all held. */
  readonly violations: readonly string[]
}

type Running = { readonly httpUrl: string; readonly tcpPort: number; readonly adminKey: string }
type Env = Readonly<Record<string, string>>

/** The system under test in its own process, with switches for faults. */
class World {
  private part!: Part
  private running!: Running
  private env!: Env
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'h02-faults-'))
  private readonly worldFile = join(this.dataDir, 'world.json')
  private clockOffsetMs = 0
  private closedPorts: readonly number[] = []

  get tcpPort(): number {
    return this.running.tcpPort
  }

  async start(): Promise<void> {
    this.writeWorld()
    const preload = new URL('./parts/faulty-world.mjs', import.meta.url).href
    this.part = startPart('embedded-server', {
      DATA_DIR: join(this.dataDir, 'data'),
      BATCH_WINDOW_SECONDS: '1',
      TCP_PORT: String(this.running?.tcpPort ?? 0),
      GATEWAY_ENV: JSON.stringify({ NODE_OPTIONS: `--import=${preload}`, WORLD_FILE: this.worldFile }),
    })
    this.running = await this.part.ask<Running>('running')
    this.env = await this.part.ask<Env>('endpoints')
  }

  async close(): Promise<void> {
    await this.part.ask('close')
    await this.part.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  private writeWorld(): void {
    const whole = `${this.worldFile}.new`
    writeFileSync(whole, JSON.stringify({ clockOffsetMs: this.clockOffsetMs, closedPorts: this.closedPorts }))
    renameSync(whole, this.worldFile)
  }

  stepClock(offsetMs: number): void {
    this.clockOffsetMs = offsetMs
    this.writeWorld()
  }

  /** Closes the gateway's way to stand-ins, as AWS calls them: DYNAMODB, KINESIS, … */
  closeWayTo(...services: readonly string[]): void {
    this.closedPorts = services.map((name) => Number(new URL(this.env[`AWS_ENDPOINT_URL_${name}`]!).port))
    this.writeWorld()
  }

  /** What the system logged as warnings and errors. */
  troubles(): Promise<readonly string[]> {
    return this.part.ask('troubles')
  }

  /** The data may grow by this many pages; null: the disk has room. */
  limitPages(pages: number | null): Promise<unknown> {
    return this.part.ask('limitPages', pages)
  }

  killIngest(): Promise<unknown> {
    return this.part.ask('killIngest')
  }

  async killAll(): Promise<void> {
    await this.part.kill()
    await this.start()
  }

  /** False when the gateway is being started again. */
  async signalGateway(signal: NodeJS.Signals): Promise<boolean> {
    const pid = await this.part.ask<number | undefined>('gatewayPid')
    return pid !== undefined && signalIfAlive(pid, signal)
  }

  signalAll(signal: NodeJS.Signals): void {
    signalIfAlive(this.part.pid(), signal)
  }

  async request(path: string, init: { method?: string; body?: unknown } = {}): Promise<any> {
    const answer = await fetch(this.running.httpUrl + path, {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${this.running.adminKey}`, 'content-type': 'application/json' },
      ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }

  async readAll(path: string): Promise<any[]> {
    const items: any[] = []
    for (let cursor = ''; ;) {
      const page = await this.request(path + cursor)
      items.push(...page.items)
      if (page.nextCursor === null) return items
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
    }
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

type Fault = {
  readonly name: string
  readonly stepsClock?: boolean
  readonly run: (
    world: World,
    random: Random,
    waitMs: (from: number, to: number) => number,
  ) => Promise<unknown>
}

const clockSteps = [-24 * HOUR_MS, -HOUR_MS, -7 * 60_000, -2_000, 2_000, 7 * 60_000, HOUR_MS, 26 * HOUR_MS]

const stepClock = (world: World, random: Random): void =>
  world.stepClock(clockSteps[wholeBetween(random, 0, clockSteps.length - 1)]!)

const outage = (name: string, ...services: readonly string[]): Fault => ({
  name,
  run: async (world, _, waitMs) => {
    world.closeWayTo(...services)
    await sleep(waitMs(1_000, 12_000))
    world.closeWayTo()
  },
})

const faults: readonly Fault[] = [
  { name: 'gateway: SIGKILL', run: (world) => world.signalGateway('SIGKILL') },
  { name: 'gateway: SIGTERM', run: (world) => world.signalGateway('SIGTERM') },
  {
    name: 'gateway: SIGSTOP',
    run: async (world, _, waitMs) => {
      await world.signalGateway('SIGSTOP')
      await sleep(waitMs(500, 10_000))
      await world.signalGateway('SIGCONT')
    },
  },
  { name: 'ingest: killed', run: (world) => world.killIngest() },
  { name: 'everything: SIGKILL', run: (world) => world.killAll() },
  {
    name: 'everything but the gateway: SIGSTOP',
    run: async (world, _, waitMs) => {
      world.signalAll('SIGSTOP')
      await sleep(waitMs(500, 10_000))
      world.signalAll('SIGCONT')
    },
  },
  outage('log unreachable', 'KINESIS'),
  outage('registry unreachable', 'DYNAMODB'),
  outage('log and registry unreachable', 'KINESIS', 'DYNAMODB'),
  {
    name: 'registry unreachable while the gateway starts again',
    run: async (world, _, waitMs) => {
      world.closeWayTo('DYNAMODB')
      await world.signalGateway('SIGKILL')
      await sleep(waitMs(1_000, 12_000))
      world.closeWayTo()
    },
  },
  {
    name: 'disk full',
    run: async (world, random, waitMs) => {
      await world.limitPages(wholeBetween(random, 0, 20))
      await sleep(waitMs(1_000, 12_000))
      await world.limitPages(null)
    },
  },
  {
    name: 'disk full, and everything: SIGKILL',
    run: async (world, _, waitMs) => {
      await world.limitPages(0)
      await sleep(waitMs(1_000, 12_000))
      await world.killAll()
    },
  },
  {
    name: "the gateway's clock steps",
    stepsClock: true,
    run: async (world, random) =>
      world.stepClock(clockSteps[wholeBetween(random, 0, clockSteps.length - 1)]!),
  },
  {
    name: "the gateway's clock steps, and it starts again with that",
    stepsClock: true,
    run: async (world, random) => {
      stepClock(world, random)
      await world.signalGateway('SIGKILL')
    },
  },
]

/** Every fault once per round, in an order that the seed gives. */
function* orderOf(random: Random, clock: boolean): Generator<Fault, never> {
  for (;;) {
    const left = faults.filter(({ stepsClock = false }) => clock || !stepsClock)
    while (left.length > 0) yield left.splice(wholeBetween(random, 0, left.length - 1), 1)[0]!
  }
}

export async function runFaults({
  seed,
  trackers: count,
  paceMs,
  seconds,
  scale,
  clock,
  say = () => {},
}: FaultsOptions): Promise<FaultsResult> {
  const random = createRandom(seed)
  const radio = createRandom(seed + 1)
  const world = new World()
  await world.start()
  const ids = Array.from({ length: count }, (_, i) => String(FIRST_ID + i))
  for (const deviceId of ids) await world.request('/v1/devices', { method: 'POST', body: { deviceId } })
  const frames = Math.ceil((seconds * 1_000 * 2) / paceMs) + 100
  const drives = ids.map((deviceId) => driveOf(deviceId, frames, Date.now() - frames * 1_000))
  const ackedAt = ids.map(() => performance.now())
  const trackers = drives.map(
    (drive, i) =>
      new AckedTracker(drive, {
        port: () => world.tcpPort,
        paceMs,
        redialMs: 500,
        losesRadio: () => radio() < 0.002,
        onAcked: () => (ackedAt[i] = performance.now()),
      }),
  )
  const running = trackers.map((tracker) => tracker.run())
  const violations: string[] = []
  const isDone = (i: number): boolean => trackers[i]!.acked.length === frames
  /** Waits until every tracker has got an ack since that time. */
  const recover = async (since: number, what: string): Promise<void> => {
    const stuck = (): string[] => ids.filter((_, i) => !isDone(i) && ackedAt[i]! < since)
    while (stuck().length > 0) {
      if (performance.now() - since > STUCK_MS) {
        violations.push(
          `no acks after "${what}": ${stuck().slice(0, 5).join(', ')} (${stuck().length} trackers)`,
        )
        return
      }
      await sleep(100)
    }
  }
  const waitMs = (from: number, to: number): number => wholeBetween(random, from * scale, to * scale)
  await recover(performance.now(), 'start')
  const end = performance.now() + seconds * 1_000
  let done = 0
  for (const fault of orderOf(random, clock)) {
    if (performance.now() > end || violations.length > 0) break
    say(fault.name)
    await fault.run(world, random, waitMs)
    done++
    // Some faults begin before the system has recovered from the previous one.
    if (random() < 0.6) await recover(performance.now(), fault.name)
  }
  world.stepClock(0)
  if (violations.length === 0) await recover(performance.now(), 'all faults')
  else for (const line of await world.troubles()) say(line)
  for (const tracker of trackers) tracker.isStopped = true
  await Promise.all(running)
  const acked = trackers.reduce((sum, tracker) => sum + tracker.acked.length, 0)
  say(`${done} faults, ${acked} frames acknowledged; reading them back`)
  for (const [i, deviceId] of ids.entries()) {
    const found = await readBack(world, deviceId, trackers[i]!.acked)
    for (const violation of violationsOf(found, clock)) violations.push(`${deviceId}: ${violation}`)
    // Each device with losses is waited for.
    if (found.lost.length > 0) break
  }
  await world.close()
  const sent = trackers.reduce((sum, tracker) => sum + tracker.sent, 0)
  return { faults: done, acked, repeated: sent - acked, violations }
}

/** Reads until everything is there: unacknowledged frames may still be under way, even between two reads. */
async function readBack(world: World, deviceId: string, acked: readonly string[]): Promise<Readback> {
  const range = `order=asc&limit=${PAGE_LIMIT}&from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z`
  const path = `/v1/devices/${deviceId}`
  const since = performance.now()
  for (;;) {
    const items = await world.readAll(`${path}/frames?direction=up&type=V1&${range}`)
    const positions = await world.readAll(`${path}/positions?${range}`)
    const stored = new Set(items.map(({ hex }) => Buffer.from(hex, 'hex').toString('latin1')))
    const lost = acked.filter((frame) => !stored.has(frame))
    const times = positions.map(({ fixTime }) => String(fixTime))
    const isWhole = lost.length === 0 && new Set(times).size === stored.size
    if (isWhole || performance.now() - since > STUCK_MS) return { lost, stored: stored.size, times }
    await sleep(500)
  }
}

type Readback = {
  /** Acknowledged and not stored. */
  readonly lost: readonly string[]
  /** Frames that differ. */
  readonly stored: number
  /** Fix times of the positions, as they come. */
  readonly times: readonly string[]
}

function* violationsOf({ lost, stored, times }: Readback, clock: boolean): Generator<string> {
  const distinct = new Set(times).size
  if (lost.length > 0) yield `${lost.length} acknowledged frames lost, the first is ${lost[0]}`
  if (distinct !== stored) yield `${distinct} positions of ${stored} frames`
  if (clock) return
  if (distinct !== times.length) yield `${times.length - distinct} positions come twice`
  if (times.some((time, i) => i > 0 && times[i - 1]! > time)) yield 'positions are out of order'
}

/** `--seconds 600 --trackers 200 --seed 1`; half of the time with a clock that steps. False when a promise was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '600' },
      trackers: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  let isWhole = true
  for (const clock of [false, true]) {
    print(`seed ${values.seed}${clock ? ', with a clock that steps' : ''}`)
    const result = await runFaults({
      seed: Number(values.seed),
      trackers: Number(values.trackers),
      seconds: Number(values.seconds) / 2,
      paceMs: 500,
      scale: 1,
      clock,
      say: print,
    })
    for (const violation of result.violations) console.log(`BROKEN  ${violation}`)
    console.log(
      `${result.faults} faults, ${result.acked} frames acknowledged, ${result.repeated} sent again, ${result.violations.length} promises broken`,
    )
    isWhole &&= result.violations.length === 0
  }
  return isWhole
}
