import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { ApiClient } from '../tools/api-client.ts'
import { readOrder } from './order.ts'
import type { MqttOptions } from './options.ts'
import { createPublisher } from './publisher.ts'
import { refusedReply, sendOrder, type Reply } from './send-order.ts'
import { createTopics, type Topics } from './topics.ts'
import { watchFleet, type WatchTimes } from './watch-fleet.ts'

export type Bridge = { readonly close: () => Promise<void> }
export type BridgeParts = {
  readonly options: MqttOptions
  readonly client: () => Promise<ApiClient>
  /** Of this program; Home Assistant shows it. */
  readonly version: string
  /** Why the broker is not connected; null: it is. Once for each change. */
  readonly onBroker: (problem: string | null) => void
  readonly onError: (message: string, cause: unknown) => void
  readonly times?: Partial<WatchTimes & { readonly reconnectMs: number; readonly commandPollMs: number }>
  readonly now?: () => number
}

const RECONNECT_MS = 5_000
/** Commands that are followed at the same time; the broker may be full of them. */
const MAX_COMMANDS = 50
const CLOSE_MS = 2_000

/**
 * Publishes the fleet to an MQTT broker, and sends its commands. A client of the HTTP API: what its key may not see or
 * send is neither published nor sent.
 */
export function startBridge(parts: BridgeParts): Bridge {
  const { options, onBroker, onError, times = {} } = parts
  const topics = createTopics(options)
  const ending = new AbortController()
  const broker = connect({
    ...addressOf(options.url),
    clientId: `h02-${options.topic}-${randomBytes(4).toString('hex')}`,
    reconnectPeriod: times.reconnectMs ?? RECONNECT_MS,
    will: { topic: topics.status, payload: Buffer.from('offline'), qos: 1, retain: true },
    resubscribe: false,
  })
  /** What is not connected gets everything when it is. */
  const publish = (topic: string, payload: string): void => {
    if (broker.connected) broker.publish(topic, payload, { qos: 1, retain: true })
  }
  const publisher = createPublisher({ options, topics, version: parts.version, publish })
  const orders = createOrders({
    ...parts,
    topics,
    publish,
    signal: ending.signal,
    modelOf: modelIn(publisher.deviceOf),
  })

  let problem: string | null = ''
  const reportBroker = (now: string | null): void => {
    if ((now === null) !== (problem === null) || problem === '') onBroker(now)
    problem = now
  }
  broker.on('error', (error) =>
    reportBroker(error.message === '' ? String((error as NodeJS.ErrnoException).code) : error.message),
  )
  broker.on('close', () => {
    if (!ending.signal.aborted) reportBroker(problem || 'the connection ended')
  })
  broker.on('connect', () => {
    reportBroker(null)
    onConnect(broker, topics, options).then(publisher.onConnect, (cause: unknown) =>
      onError('the broker refused a subscription', cause),
    )
  })
  broker.on('message', (topic, payload, { retain }) => {
    const kept = topics.deviceOfConfig(topic)
    if (kept !== null) publisher.onKept(kept, payload.toString())
    // A command that the broker keeps would be sent at each start.
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
  return {
    close: async () => {
      ending.abort()
      await Promise.all([watching, orders.end()])
      // A broker that does not answer must not hold up the end; then its last will says the same.
      const isSaid = broker.connected
        ? broker.publishAsync(topics.status, 'offline', { qos: 1, retain: true })
        : Promise.resolve()
      await Promise.race([isSaid, sleep(CLOSE_MS, undefined, { ref: false })]).catch((cause: unknown) =>
        onError('the broker does not know that this is the end', cause),
      )
      await broker.endAsync(true)
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

/** What the broker has of us comes before what we publish, so that old entities are known when new ones are. */
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

/** Commands that came from the broker, until they have their verdicts. */
function createOrders({
  options: { commands },
  topics,
  client,
  publish,
  modelOf,
  signal,
  onError,
  times = {},
  now = Date.now,
}: BridgeParts & {
  readonly topics: Topics
  readonly publish: (topic: string, payload: string) => void
  /** Null: there is no such device. */
  readonly modelOf: (deviceId: string) => { readonly model: string | null } | null
  readonly signal: AbortSignal
}) {
  const open = new Set<Promise<void>>()
  const wait = (ms: number): Promise<boolean> =>
    sleep(times.commandPollMs ?? ms, true, { signal }).catch(() => false)
  const send = async (deviceId: string, payload: string): Promise<void> => {
    const device = modelOf(deviceId)
    if (device === null) return onError('a command for a device that is not there', new Error(deviceId))
    const report = (reply: Reply): void => publish(topics.reply(deviceId), JSON.stringify(reply))
    const order = readOrder(payload, device.model, commands)
    const refuse = (why: string): void =>
      report(refusedReply(order.typed, why, new Date(now()).toISOString()))
    if ('problem' in order) return refuse(order.problem)
    if (open.size >= MAX_COMMANDS) return refuse('too many commands are open')
    try {
      await sendOrder(order, { api: await client(), deviceId, level: commands, report, wait, now })
    } catch (cause) {
      onError('a command was not sent or not followed', cause)
      refuse('the API does not answer')
    }
  }
  return {
    take: (deviceId: string, payload: string): void => {
      const sent = send(deviceId, payload).finally(() => open.delete(sent))
      open.add(sent)
    },
    end: async () => void (await Promise.all(open)),
  }
}
