import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type MqttClient } from 'mqtt'
import type { Log } from '../log.ts'
import { presignMqttUrl, type CredentialsProvider } from './presign.ts'
import {
  createPublishQueue,
  type Drops,
  type Outgoing,
  type Priority,
  type PublishOutcome,
} from './publish-queue.ts'

export type MqttLinkOptions = {
  readonly clientId: string
  /** `wss://…`, a bare host name, or `ws://…` of a broker on this machine. */
  readonly endpoint: string
  readonly region: string
  /** Called before each connection. */
  readonly credentials: CredentialsProvider
  /** Topic filters, at most 8 (AWS limit of one SUBSCRIBE). */
  readonly subscriptions: readonly string[]
  /** Called at once for each message, which is then acknowledged: to be called means to have taken it. */
  readonly onMessage: (topic: string, payload: Buffer) => void
  /** Connected and subscribed, or not any more. */
  readonly onState?: (connected: boolean) => void
  readonly log: Log
  readonly keepaliveSeconds?: number
  /** Wait before the second try, doubled up to `maxRetryMs`, each time shortened by a random part of its half. */
  readonly firstRetryMs?: number
  readonly maxRetryMs?: number
  /** A connection that lasted this long was stable: the wait begins with `firstRetryMs` again. */
  readonly stableMs?: number
  readonly maxLiveWaiting?: number
  /** ms, for the rate of publishes */
  readonly now?: () => number
  /** Monotonic, ms: how long a connection lasted. */
  readonly monotonic?: () => number
  /** Waits before the next try. Resolves early when the link closes. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

export type MqttLinkStats = {
  readonly connected: boolean
  readonly waiting: Readonly<Record<Priority, number>>
  readonly inFlight: number
  readonly dropped: Drops
  /** Connections made so far. */
  readonly connections: number
}

export type MqttLink = {
  /**
   * Reports and sessions go with QoS 1 and are sent again once after a loss of the connection; live frames go with
   * QoS 0. A message that was in flight at two losses in a row may be what the broker closes the connection for, and
   * would hold up all others: it is dropped, as is one of more than 100 KB. A newer message with the same `key` replaces
   * one that still waits. Never rejects.
   */
  readonly publish: (
    topic: string,
    payload: string | Uint8Array,
    options: { readonly priority: Priority; readonly key?: string },
  ) => Promise<PublishOutcome>
  readonly stats: () => MqttLinkStats
  /** Publishes what waits as long as it can within `flushMs`, then disconnects. */
  readonly close: (options?: { readonly flushMs?: number }) => Promise<void>
}

/** AWS: publishes without their PUBACK on one connection. */
const MAX_IN_FLIGHT = 100
const CONNECT_MS = 10_000

/**
 * One MQTT connection to IoT Core that reconnects by itself: signed each time, clean session, subscribed before
 * it counts as connected, publishes by priority within the rate that IoT Core allows.
 *
 *     const link = createMqttLink({ clientId, endpoint, region, credentials, subscriptions: [topic], onMessage, log })
 *     await link.publish('h02/prod/up/commands', JSON.stringify(report), { priority: 'report', key: report.commandId })
 */
export function createMqttLink(options: MqttLinkOptions): MqttLink {
  const { clientId, log, firstRetryMs = 500, maxRetryMs = 30_000 } = options
  const { stableMs = 60_000, now = Date.now, monotonic = () => performance.now() } = options
  const { wait = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}) } = options
  const queue = createPublishQueue(
    options.maxLiveWaiting === undefined ? {} : { maxLive: options.maxLiveWaiting },
  )
  const inFlight = new Set<Outgoing>()
  const closing = new AbortController()
  let client: MqttClient | null = null
  /** The client once it is subscribed: only then may anything be published. */
  let ready: MqttClient | null = null
  let connections = 0
  let pumpTimer: NodeJS.Timeout | undefined
  let idle: (() => void) | null = null

  const pump = (): void => {
    clearTimeout(pumpTimer)
    while (ready !== null && inFlight.size < MAX_IN_FLIGHT) {
      const message = queue.take(now())
      if (message === null) break
      send(ready, message)
    }
    const waitMs = queue.waitMs(now())
    if (waitMs === null && inFlight.size === 0) idle?.()
    if (ready !== null && waitMs !== null && inFlight.size < MAX_IN_FLIGHT) {
      pumpTimer = setTimeout(pump, Math.max(1, waitMs))
    }
  }

  const send = (by: MqttClient, message: Outgoing): void => {
    inFlight.add(message)
    const payload = typeof message.payload === 'string' ? message.payload : Buffer.from(message.payload)
    by.publish(message.topic, payload, { qos: message.priority === 'live' ? 0 : 1 }, (error) => {
      // What the connection took with it was put back when it closed.
      if (by !== ready || !inFlight.has(message)) return
      if (error) {
        log.warn('publish failed', { cause: error })
        by.stream.destroy()
        return
      }
      inFlight.delete(message)
      message.settle('published')
      pump()
    })
  }

  const opened = (by: MqttClient): void => {
    ready = by
    connections++
    log.info('mqtt connected', { clientId })
    options.onState?.(true)
    pump()
  }

  const lost = (): void => {
    const wasReady = ready !== null
    client = ready = null
    clearTimeout(pumpTimer)
    for (const { topic, payload } of queue.putBack([...inFlight])) {
      log.error('message dropped: two connections in a row were lost while it was in flight', {
        topic,
        bytes: Buffer.byteLength(payload),
      })
    }
    inFlight.clear()
    if (wasReady) options.onState?.(false)
  }

  const receive = (topic: string, payload: Buffer): void => {
    try {
      options.onMessage(topic, payload)
    } catch (cause) {
      // Acknowledged all the same: it would fail again, and one held back holds back every other.
      log.error('message handler failed', { topic, cause })
    }
  }

  /** One connection, until it is over. True when it was subscribed for `stableMs`. */
  const connectOnce = async (): Promise<boolean> => {
    const url = await presignMqttUrl({
      endpoint: options.endpoint,
      region: options.region,
      credentials: await options.credentials(),
    })
    if (closing.signal.aborted) return false
    const over = Promise.withResolvers<void>()
    let subscribedAt: number | null = null
    const { protocol, hostname, port } = new URL(url)
    const one = connect({
      protocol: protocol === 'wss:' ? 'wss' : 'ws',
      host: hostname,
      ...(port !== '' && { port: Number(port) }),
      clientId,
      protocolVersion: 4,
      clean: true,
      keepalive: options.keepaliveSeconds ?? 30,
      connectTimeout: CONNECT_MS,
      // Each connection has a URL of its own, which takes time to sign: so mqtt.js does not reconnect, we do.
      reconnectPeriod: 0,
      resubscribe: false,
      transformWsUrl: () => url,
    })
    client = one
    one.on('message', receive)
    let reason: unknown = null
    one.on('error', (error) => (reason ??= error))
    // mqtt.js reports some errors only: not of a refused upgrade.
    one.stream.on('error', (error: unknown) => (reason ??= error))
    one.on('connect', () => {
      one.subscribe([...options.subscriptions], { qos: 1 }, (cause, granted = []) => {
        if (cause || granted.some(({ qos }) => qos === 128)) {
          log.error('mqtt subscription refused', { clientId, subscriptions: options.subscriptions, cause })
          one.stream.destroy()
          return
        }
        subscribedAt = monotonic()
        opened(one)
      })
    })
    one.on('close', () => over.resolve())
    await over.promise
    const isWanted = closing.signal.aborted
    lost()
    one.end(true)
    if (!isWanted)
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
        log.error('mqtt connection cannot be made', { clientId, cause })
        return false
      })
      failures = wasStable ? 1 : failures + 1
      const waitMs = Math.min(maxRetryMs, firstRetryMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
      await wait(waitMs, closing.signal)
    }
  }
  const running = run()

  return {
    publish: (topic, payload, { priority, key = null }) =>
      new Promise((settle) => {
        if (closing.signal.aborted) {
          settle('dropped')
          return
        }
        if (queue.add({ topic, payload, priority, key, settle })) pump()
        else log.error('message dropped: too large', { topic, bytes: Buffer.byteLength(payload) })
      }),
    stats: () => ({
      connected: ready !== null,
      waiting: {
        report: queue.waiting('report'),
        session: queue.waiting('session'),
        live: queue.waiting('live'),
      },
      inFlight: inFlight.size,
      dropped: queue.dropped(),
      connections,
    }),
    close: async ({ flushMs = 2_000 } = {}) => {
      if (!closing.signal.aborted) {
        const flushed = new Promise<void>((resolve) => {
          idle = resolve
        })
        pump()
        await Promise.race([flushed, sleep(flushMs, undefined, { ref: false })])
        closing.abort()
        const last = client
        if (last !== null) await new Promise<void>((resolve) => last.end(ready === null, () => resolve()))
      }
      await running
      queue.clear()
    },
  }
}
