import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type MqttClient } from 'mqtt'
import { backOffMs } from '../back-off.ts'
import type { Log } from '../log.ts'
import { presignMqttUrl, type CredentialsProvider } from './presign.ts'
import type { Drops, Priority, PublishOutcome } from './publish-queue.ts'
import { createPublisher } from './publisher.ts'

export type MqttLinkOptions = {
  readonly clientId: string
  /** `wss://…`, a bare host name, or `ws://…` of a broker on this machine. */
  readonly endpoint: string
  readonly region: string
  /** Called before each connection. */
  readonly credentials: CredentialsProvider
  /** Topic filters, at most 8 (AWS limit of one SUBSCRIBE). */
  readonly subscriptions: readonly string[]
  /** Called for each message, which is then acknowledged at once. */
  readonly onMessage: (topic: string, payload: Buffer) => void
  /** True: connected and subscribed. False: not any more. */
  readonly onState?: (connected: boolean) => void
  readonly log: Log
  readonly keepaliveSeconds?: number
  /**
   * Delay before the second attempt. It doubles up to `maxRetryMs`; each delay is shortened by a random part of its
   * half.
   */
  readonly firstRetryMs?: number
  readonly maxRetryMs?: number
  /** After a connection that lasted this long, the delay starts with `firstRetryMs` again. */
  readonly stableMs?: number
  readonly maxLiveWaiting?: number
  /** ms, for the rate of publishes */
  readonly now?: () => number
  /** Monotonic, ms: how long a connection lasted. */
  readonly monotonic?: () => number
  /** Waits before the next attempt. Resolves early when the link closes. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

type MqttLinkStats = {
  readonly connected: boolean
  readonly waiting: Readonly<Record<Priority, number>>
  readonly inFlight: number
  readonly dropped: Drops
  /** Connections made so far. */
  readonly connections: number
}

export type MqttLink = {
  /**
   * Reports and sessions use QoS 1 and are sent again once after the connection was lost; live frames use QoS 0. A
   * message that was in flight when two consecutive connections were lost may be the reason that the broker closes
   * them, and would block all others: it is dropped, as is one of more than 100 KB. A newer message with the same `key`
   * replaces a waiting one. Never rejects.
   */
  readonly publish: (
    topic: string,
    payload: string | Uint8Array,
    options: { readonly priority: Priority; readonly key?: string },
  ) => Promise<PublishOutcome>
  readonly stats: () => MqttLinkStats
  /** Publishes waiting messages for at most `flushMs`, then disconnects. */
  readonly close: (options?: { readonly flushMs?: number }) => Promise<void>
}

const CONNECT_MS = 10_000

/**
 * One MQTT connection to IoT Core that reconnects by itself: signed each time, clean session, subscribed before it
 * counts as connected. It publishes by priority, within the rate that IoT Core allows.
 *
 *     const link = createMqttLink({ clientId, endpoint, region, credentials, subscriptions: [topic], onMessage, log })
 *     await link.publish('h02/prod/up/commands', JSON.stringify(report), { priority: 'report', key: report.commandId })
 */
export function createMqttLink(options: MqttLinkOptions): MqttLink {
  const { clientId, log, firstRetryMs = 500, maxRetryMs = 30_000 } = options
  const { stableMs = 60_000, now = Date.now, monotonic = () => performance.now() } = options
  const { wait = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}) } = options
  const publisher = createPublisher({ log, now, maxLiveWaiting: options.maxLiveWaiting })
  const closing = new AbortController()
  let client: MqttClient | null = null
  let connections = 0

  const opened = (by: MqttClient): void => {
    publisher.use(by)
    connections++
    log.info('mqtt connected', { clientId })
    options.onState?.(true)
    publisher.pump()
  }

  const lost = (): void => {
    const wasReady = publisher.isReady()
    client = null
    publisher.interrupt()
    if (wasReady) options.onState?.(false)
  }

  const receive = (topic: string, payload: Buffer): void => {
    try {
      options.onMessage(topic, payload)
    } catch (cause) {
      // Acknowledged anyway: it would fail again, and an unacknowledged message blocks all others.
      log.error('message handler failed', { topic, cause })
    }
  }

  /** One connection, until it ends. True if it was subscribed for `stableMs`. */
  const connectOnce = async (): Promise<boolean> => {
    const url = await presignMqttUrl({
      endpoint: options.endpoint,
      region: options.region,
      credentials: await options.credentials(),
    })
    if (closing.signal.aborted) return false
    const one = openClient(url, clientId, options.keepaliveSeconds ?? 30)
    client = one
    one.on('message', receive)
    let subscribedAt: number | null = null
    const reason = await untilClosed(one, options, () => {
      subscribedAt = monotonic()
      opened(one)
    })
    const isIntended = closing.signal.aborted
    lost()
    one.end(true)
    if (!isIntended)
      log.warn(subscribedAt === null ? 'mqtt connection refused' : 'mqtt connection lost', {
        clientId,
        reason,
      })
    return subscribedAt !== null && monotonic() - subscribedAt >= stableMs
  }

  const run = async (): Promise<void> => {
    let failures = 0
    while (!closing.signal.aborted) {
      const wasStable = await connectOnce().catch((cause: unknown) => {
        log.error('mqtt connection failed', { clientId, cause })
        return false
      })
      failures = wasStable ? 1 : failures + 1
      const waitMs = backOffMs(failures - 1, { firstMs: firstRetryMs, maxMs: maxRetryMs })
      await wait(waitMs, closing.signal)
    }
  }
  const running = run()

  return {
    publish: (topic, payload, { priority, key = null }) =>
      closing.signal.aborted
        ? Promise.resolve('dropped')
        : publisher.publish({ topic, payload, priority, key }),
    stats: () => ({
      connected: publisher.isReady(),
      ...publisher.stats(),
      connections,
    }),
    close: async ({ flushMs = 2_000 } = {}) => {
      if (!closing.signal.aborted) {
        await Promise.race([publisher.flush(), sleep(flushMs, undefined, { ref: false })])
        closing.abort()
        const last = client
        if (last !== null)
          await new Promise<void>((resolve) => last.end(!publisher.isReady(), () => resolve()))
      }
      await running
      publisher.clear()
    },
  }
}

/** Subscribes when the client is connected. Resolves when the connection has ended, to its first error, if any. */
async function untilClosed(
  client: MqttClient,
  { clientId, subscriptions, log }: MqttLinkOptions,
  onSubscribed: () => void,
): Promise<unknown> {
  const over = Promise.withResolvers<void>()
  let reason: unknown = null
  client.on('error', (error) => (reason ??= error))
  // mqtt.js does not report all errors, for example not a refused upgrade.
  client.stream.on('error', (error: unknown) => (reason ??= error))
  client.on('connect', () => {
    client.subscribe([...subscriptions], { qos: 1 }, (cause, granted = []) => {
      if (cause || granted.some(({ qos }) => qos === 128)) {
        log.error('mqtt subscription refused', { clientId, subscriptions, cause })
        client.stream.destroy()
        return
      }
      onSubscribed()
    })
  })
  client.on('close', () => over.resolve())
  await over.promise
  return reason
}

/** Each connection needs its own signed URL, which is made asynchronously: so mqtt.js must not reconnect by itself. */
function openClient(url: string, clientId: string, keepalive: number): MqttClient {
  const { protocol, hostname, port } = new URL(url)
  return connect({
    protocol: protocol === 'wss:' ? 'wss' : 'ws',
    host: hostname,
    ...(port !== '' && { port: Number(port) }),
    clientId,
    protocolVersion: 4,
    clean: true,
    keepalive,
    connectTimeout: CONNECT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    transformWsUrl: () => url,
  })
}
