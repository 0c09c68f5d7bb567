import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { ApiClient } from '../tools/api-client.ts'
import { readOrder } from './order.ts'
import { createBrokerState, type BrokerState } from './broker-state.ts'
import type { MqttOptions } from './options.ts'
import { createPublisher } from './publisher.ts'
import { refusedReply, sendOrder, type Reply } from './send-order.ts'
import { createTopics, type Topics } from './topics.ts'
import { watchFleet, type WatchTimes } from './watch-fleet.ts'

export type Bridge = {
  readonly state: () => BrokerState
  /** Ends the bridge: subscribers see that it is offline. Its entries stay on the broker for the next start. */
  readonly close: () => Promise<void>
  /**
   * Ends the bridge and removes all of its entries from the broker. False: the broker was not connected, or did not answer in time.
   */
  readonly forget: () => Promise<boolean>
}
export type BridgeParts = {
  readonly options: MqttOptions
  readonly client: () => Promise<ApiClient>
  /** Version of this program, which Home Assistant shows. */
  readonly version: string
  /** Called once for each change, with the reason why the broker is not connected; null if it is connected. */
  readonly onBroker: (problem: string | null) => void
  readonly onError: (message: string, cause: unknown) => void
  readonly times?: Partial<WatchTimes & { readonly reconnectMs: number; readonly commandPollMs: number }>
  readonly now?: () => number
}

const RECONNECT_MS = 5_000
/** Limit of commands that are followed at the same time, because a broker may send any number. */
const MAX_COMMANDS = 50
const CLOSE_MS = 2_000
/** Large enough for a fleet of thousands. */
const FORGET_MS = 20_000

/**
 * Publishes the fleet to an MQTT broker, and sends its commands. It uses the HTTP API, so it publishes and sends only what its key
 * may see and send.
 */
export function startBridge(parts: BridgeParts): Bridge {
  const { options, onBroker, onError, times = {}, now = Date.now } = parts
  const topics = createTopics(options)
  const ending = new AbortController()
  const broker = connect({
    ...addressOf(options.url),
    clientId: `h02-${options.topic}-${randomBytes(4).toString('hex')}`,
    reconnectPeriod: times.reconnectMs ?? RECONNECT_MS,
    will: { topic: topics.status, payload: Buffer.from('offline'), qos: 1, retain: true },
    resubscribe: false,
  })
  /** While the broker is not connected, nothing is published: it gets everything when it connects. */
  const publish = (topic: string, payload: string): void => {
    if (broker.connected) broker.publish(topic, payload, { qos: 1, retain: true })
  }
  const publisher = createPublisher({ options, topics, version: parts.version, publish })
  const orders = createOrders({
    ...parts,
    topics,
    publish,
    signal: ending.signal,
    isKnown: publisher.isKnown,
    modelOf: modelIn(publisher.deviceOf),
  })

  const state = createBrokerState({ onBroker, now })
  broker.on('error', (error) =>
    state.report(error.message === '' ? String((error as NodeJS.ErrnoException).code) : error.message),
  )
  broker.on('close', () => {
    if (!ending.signal.aborted) state.report(state.problem() ?? 'the connection ended')
  })
  broker.on('connect', () => {
    state.report(null)
    onConnect(broker, topics, options).then(publisher.onConnect, (cause: unknown) => {
      state.note(
        `the broker refused a subscription: ${cause instanceof Error ? cause.message : String(cause)}`,
      )
      onError('the broker refused a subscription', cause)
    })
  })
  broker.on('message', (topic, payload, { retain }) => {
    const kept = topics.deviceOfConfig(topic)
    if (kept !== null) publisher.onKept(kept, payload.toString())
    // A retained command would be sent at each start.
    const commanded = retain ? null : topics.deviceOfCommand(topic)
    if (commanded !== null) orders.take(commanded, payload.toString())
  })
  const watching = watchFleet({
    client: parts.client,
    onDevices: publisher.onDevices,
    onError,
    signal: ending.signal,
    times,
  })
  const stopWork = async (): Promise<void> => {
    ending.abort()
    await Promise.all([watching, orders.end()])
  }
  /** False if it has not finished in time. A broker that does not answer must not delay the stop. */
  const within = (ms: number, work: Promise<unknown>): Promise<boolean> =>
    Promise.race([work.then(() => true), sleep(ms, false, { ref: false })]).catch((cause: unknown) => {
      onError('the broker was not informed of the stop', cause)
      return false
    })
  const publishNow = (topic: string, payload: string): Promise<unknown> =>
    broker.publishAsync(topic, payload, { qos: 1, retain: true })
  return {
    state: state.read,
    close: async () => {
      await stopWork()
      // If this message is not delivered, the last will has the same content.
      if (broker.connected) await within(CLOSE_MS, publishNow(topics.status, 'offline'))
      await broker.endAsync(true)
    },
    forget: async () => {
      await stopWork()
      const all = [...publisher.topics(), topics.status]
      const isForgotten =
        broker.connected && (await within(FORGET_MS, Promise.all(all.map((topic) => publishNow(topic, '')))))
      // A forced end would trigger the last will, which the broker retains.
      await broker.endAsync(!isForgotten)
      return isForgotten
    },
  }
}

function addressOf(url: string): IClientOptions {
  const { protocol, hostname, port, username, password } = new URL(url)
  return {
    protocol: protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port !== '' && { port: Number(port) }),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  }
}

/** Our retained entries on the broker are read before anything is published, so that outdated entities are known. */
async function onConnect(
  broker: MqttClient,
  topics: Topics,
  { commands }: Pick<MqttOptions, 'commands'>,
): Promise<void> {
  const filters = [topics.configFilter, ...(commands === 'none' ? [] : [topics.commandFilter])]
  await broker.subscribeAsync(filters, { qos: 1 })
  await broker.publishAsync(topics.status, 'online', { qos: 1, retain: true })
}

const modelIn =
  (deviceOf: (deviceId: string) => { model: string | null; seenModel: string | null } | null) =>
  (deviceId: string): { readonly model: string | null } | null => {
    const device = deviceOf(deviceId)
    return device && { model: device.model ?? device.seenModel }
  }

/** Follows commands of the broker until they have their verdicts. */
function createOrders({
  options: { commands },
  topics,
  client,
  publish,
  isKnown,
  modelOf,
  signal,
  onError,
  times = {},
  now = Date.now,
}: BridgeParts & {
  readonly topics: Topics
  readonly publish: (topic: string, payload: string) => void
  /** Resolves when the fleet is known. */
  readonly isKnown: Promise<void>
  /** Null if the device does not exist. */
  readonly modelOf: (deviceId: string) => { readonly model: string | null } | null
  readonly signal: AbortSignal
}) {
  const open = new Set<Promise<void>>()
  let followed = 0
  const wait = (ms: number): Promise<boolean> =>
    sleep(times.commandPollMs ?? ms, true, { signal }).catch(() => false)
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  const send = async (deviceId: string, payload: string): Promise<void> => {
    await Promise.race([isKnown, ended])
    const device = modelOf(deviceId)
    if (device === null) return onError('a command for an unknown device', new Error(deviceId))
    const report = (reply: Reply): void => publish(topics.reply(deviceId), JSON.stringify(reply))
    const order = readOrder(payload, device.model, commands)
    const refuse = (why: string): void =>
      report(refusedReply(order.typed, why, new Date(now()).toISOString()))
    if ('problem' in order) return refuse(order.problem)
    if (followed >= MAX_COMMANDS) return refuse('too many commands are open')
    followed += 1
    try {
      await sendOrder(order, { api: await client(), deviceId, level: commands, report, wait, now })
    } catch (cause) {
      onError('a command was not sent or not followed', cause)
      refuse('the API does not answer')
    } finally {
      followed -= 1
    }
  }
  return {
    take: (deviceId: string, payload: string): void => {
      if (open.size >= 2 * MAX_COMMANDS)
        return onError('a command was dropped: too many are open', new Error(deviceId))
      const sent = send(deviceId, payload).finally(() => open.delete(sent))
      open.add(sent)
    },
    end: async () => void (await Promise.all(open)),
  }
}
