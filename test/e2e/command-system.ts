import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildOnce } from '../bundles.ts'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import type { Registration } from '../../cdk/local/options.ts'
import type { ReceivedEvent } from '../../cdk/local/stand-ins/event-bus.ts'
import { createTracker, type Tracker, type TrackerOptions } from '../simulator/tracker.ts'
import { call, makeDataDir, removeDataDir, TEST_ADMIN_KEY, until } from './harness.ts'

/** All windows of the gateway, of control and of the simulator are multiplied by this. `npm run e2e:real` sets 1. */
export const timeScale = Number(process.env.E2E_TIME_SCALE ?? '0.1')
export const scaled = (seconds: number): number => seconds * 1_000 * timeScale

const RETRY_AFTER_MS = 1_000

export type CommandSystem = Awaited<ReturnType<typeof startCommandSystem>>
type DriveOptions = Omit<Partial<TrackerOptions>, 'profile'>

/** The whole system with trackers that accept commands. Everything that it logs and publishes is kept. */
export async function startCommandSystem({
  sweepSeconds = 60,
  registration = 'open',
  geocoder,
}: { sweepSeconds?: number; registration?: Registration; geocoder?: string } = {}) {
  await buildOnce()
  const dataDir = makeDataDir()
  const lines: string[] = []
  const events: ReceivedEvent[] = []
  const bus = new EventEmitter().setMaxListeners(0)
  const keep = (message: string, fields?: object): void =>
    void lines.push(JSON.stringify({ message, ...fields }, toPlain))
  const env = { TIME_SCALE: String(timeScale) }
  const embedded: Embedded = await startEmbedded(
    {
      host: '127.0.0.1',
      tcpPort: 0,
      httpPort: 0,
      dataDir,
      batchWindowSeconds: 0,
      events: false,
      engine: true,
      webhookPrivate: true,
      relay: 'private',
      registration,
      ...(geocoder !== undefined && { geocoder }),
    },
    { info: keep, warn: keep, error: keep },
    {
      adminKey: TEST_ADMIN_KEY,
      // All stories use one key at the same time.
      env: { gateway: env, control: env, api: { ...env, REQUESTS_PER_KEY: '1000000' } },
      sweepEveryMs: scaled(sweepSeconds),
      onEvent(event) {
        events.push(event)
        bus.emit('event')
      },
    },
  )
  // The first request waits for the function to start.
  await call(embedded, '/v1/devices?limit=1')
  const trackers: Tracker[] = []
  const pathOf = (deviceId: string, commandId?: string): string =>
    `/v1/devices/${deviceId}/commands${commandId === undefined ? '' : `/${commandId}`}`

  /** Repeats a request that got 503 with the same Idempotency-Key, as clients should. */
  const request = async (
    method: string,
    path: string,
    { body, apiKey = TEST_ADMIN_KEY }: { body?: unknown; apiKey?: string } = {},
  ): Promise<{ status: number; body: any }> => {
    const headers = { 'idempotency-key': randomUUID(), authorization: `Bearer ${apiKey}` }
    for (;;) {
      const answer = await call(embedded, path, { method, headers, ...(body !== undefined && { body }) })
      if (answer.status !== 503) return answer
      await sleep(RETRY_AFTER_MS)
    }
  }
  /** A request that must succeed. */
  const ask = async (method: string, path: string, body?: unknown): Promise<any> => {
    const answer = await request(method, path, { body })
    if (answer.status < 400) return answer.body
    throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
  }

  /** Resolves to the command once it fulfils the condition, by default once it has a verdict. Reads it at each of its events. */
  const ended = async (
    { deviceId, commandId }: { deviceId: string; commandId: string },
    holds: (command: any) => boolean = ({ verdict }) => verdict !== null,
  ): Promise<any> => {
    const countEvents = () => events.filter(({ detail }) => detail.commandId === commandId).length
    for (;;) {
      const before = countEvents()
      const command = await ask('GET', pathOf(deviceId, commandId))
      if (holds(command)) return command
      while (countEvents() === before) await once(bus, 'event')
    }
  }

  return {
    embedded,
    lines,
    events,
    dataDir,
    request,
    ask,
    pathOf,
    /** Starts a tracker; resolves when it is online and its first frame is stored. */
    drive: async (profile: string, deviceId: string, settings: DriveOptions = {}): Promise<Tracker> => {
      const options = { host: '127.0.0.1', port: embedded.tcpPort, timeScale, ...settings }
      const tracker = createTracker({ ...options, profile, deviceId })
      trackers.push(tracker)
      tracker.start()
      await until(
        () => call(embedded, `/v1/devices/${deviceId}`),
        ({ status, body }) => status === 200 && body.online && body.lastSeen !== null,
      )
      return tracker
    },
    /** Registers a device that is not connected. */
    register: (deviceId: string, more: object = {}) => ask('POST', '/v1/devices', { deviceId, ...more }),
    makeKey: (scopes: readonly string[]): Promise<{ key: string; keyId: string }> =>
      ask('POST', '/v1/keys', { scopes }),
    order: (deviceId: string, body: object) => ask('POST', pathOf(deviceId), body),
    /** Both steps of a dangerous command. */
    orderTwice: async (deviceId: string, body: object) => {
      const { confirmation } = await ask('POST', pathOf(deviceId), body)
      return ask('POST', `${pathOf(deviceId)}/confirm`, { token: confirmation.token })
    },
    read: (deviceId: string, commandId: string) => ask('GET', pathOf(deviceId, commandId)),
    ended,
    /**
     * Resolves to the command once it has one of these verdicts, or another one that is final. On a busy machine a reply
     * can miss its window, which is a tenth of the real one: the verdict `unanswered` is then corrected by the reply.
     */
    endedAs: (
      command: { deviceId: string; commandId: string },
      ...verdicts: readonly string[]
    ): Promise<any> =>
      ended(command, ({ verdict, conclusion }) => {
        if (verdict === null || verdicts.includes(verdict)) return verdict !== null
        return verdict !== 'unanswered' && verdict !== 'unknown' && !conclusion.effectPending
      }),
    /**
     * Repeats a question until a reply is certainly its own. After unanswered texts a reply may belong to one of them: then
     * it counts for neither, and uses up the claim of the older one.
     */
    askUntilOwn: async (deviceId: string, body: object): Promise<any> => {
      for (;;) {
        const asked = await ended(await ask('POST', pathOf(deviceId), body))
        if (asked.verdict === 'answered' && !asked.conclusion.ambiguous) return asked
      }
    },
    close: async () => {
      await Promise.all(trackers.map((tracker) => tracker.stop()))
      await embedded.close()
      removeDataDir(dataDir)
    },
  }
}

const toPlain = (_: string, value: unknown): unknown =>
  value instanceof Error ? { message: value.message, stack: value.stack, cause: value.cause } : value
