import type { MqttClient } from 'mqtt'
import type { Log } from '../log.ts'
import { createPublishQueue, type Outgoing, type PublishOutcome } from './publish-queue.ts'

/** AWS limit: publishes without their PUBACK per connection. */
const MAX_IN_FLIGHT = 100

/** Publishes waiting messages on one connection after another, within the limits of a connection. */
export function createPublisher({
  log,
  now,
  maxLiveWaiting,
}: {
  readonly log: Log
  /** ms, for the rate of publishes */
  readonly now: () => number
  readonly maxLiveWaiting: number | undefined
}) {
  const queue = createPublishQueue(maxLiveWaiting === undefined ? {} : { maxLive: maxLiveWaiting })
  const inFlight = new Set<Outgoing>()
  /** The client once it is subscribed; nothing may be published before. */
  let ready: MqttClient | null = null
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
      // Messages in flight were put back when the connection closed.
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

  return {
    isReady: () => ready !== null,
    /** Publishes on the connection of this client from now on. */
    use: (client: MqttClient): void => void (ready = client),
    /** Publishes what waits, as far as the limits allow. */
    pump,
    /** The connection is lost: what was in flight is published again on the next one. */
    interrupt: (): void => {
      ready = null
      clearTimeout(pumpTimer)
      for (const { topic, payload } of queue.putBack([...inFlight])) {
        log.error('message dropped: two connections in a row were lost while it was in flight', {
          topic,
          bytes: Buffer.byteLength(payload),
        })
      }
      inFlight.clear()
    },
    /** Never rejects. */
    publish: (message: Omit<Outgoing, 'losses' | 'settle'>): Promise<PublishOutcome> =>
      new Promise((settle) => {
        const { topic, payload } = message
        if (queue.add({ ...message, settle })) pump()
        else log.error('message dropped: too large', { topic, bytes: Buffer.byteLength(payload) })
      }),
    /** Publishes what waits; resolves when nothing waits and nothing is in flight. */
    flush: (): Promise<void> =>
      new Promise((resolve) => {
        idle = resolve
        pump()
      }),
    stats: () => ({
      waiting: {
        report: queue.waiting('report'),
        session: queue.waiting('session'),
        live: queue.waiting('live'),
      },
      inFlight: inFlight.size,
      dropped: queue.dropped(),
    }),
    /** Drops what waits. */
    clear: (): void => queue.clear(),
  }
}
