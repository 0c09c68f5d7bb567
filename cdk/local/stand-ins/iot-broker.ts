import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client } from 'aedes'
import { writeToStream, type Packet } from 'mqtt-packet'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { ACCOUNT, allows, REGION } from './iam-policy.ts'
import type { Identity, OnCall } from './identities.ts'
import type { IotFaults, Message } from './iot-faults.ts'
import type { Admission } from './presigned-url.ts'

/** AWS limits per connection and per message. */
const MAX_SUBSCRIPTIONS = 50
export const MAX_PAYLOAD_BYTES = 128 * 1024
/** How long GetConnection remembers a disconnected client. */
const REMEMBERED_MS = 30 * 60_000

type Connection = {
  readonly connected: boolean
  /** ms since 1970, of the last change */
  readonly since: number
}
type DirectOutcome = 'confirmed' | 'sent' | 'not-connected' | 'forbidden' | 'timeout'

export type IotBroker = {
  /** A request for a WebSocket from an admitted client; the connection ends with the admission. */
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer, admission: Admission) => void
  readonly publish: (message: Message & { readonly qos: 0 | 1 }) => Promise<void>
  /** `timeoutMs`: how long to wait for the PUBACK; null: QoS 0, without waiting. */
  readonly sendDirect: (
    clientId: string,
    message: Message,
    timeoutMs: number | null,
  ) => Promise<DirectOutcome>
  readonly connectionOf: (clientId: string) => Connection | null
  /** Cuts the connection, as a network failure does. */
  readonly cut: (clientId: string) => void
  readonly clients: () => readonly string[]
  readonly close: () => Promise<void>
}

/** Undocumented members of aedes 1.2.0, which is pinned because of them. */
type ClientInternals = Client & { _nextId: number; readonly _parser: EventEmitter }
type BrokerInternals = {
  counter: number
  readonly clients: Readonly<Record<string, ClientInternals>>
  readonly mq: { emit: (packet: AedesPublishPacket, done: () => void) => void }
}

const arnOf = (kind: 'client' | 'topic' | 'topicfilter', name: string): string =>
  `arn:aws:iot:${REGION}:${ACCOUNT}:${kind}/${name}`
export const clientArn = (clientId: string): string => arnOf('client', clientId)
export const topicArn = (topic: string): string => arnOf('topic', topic)

/** Whether the identity's session policy allows it; recorded either way, as CloudTrail does. */
export const isAllowed = (
  { accessKeyId, policy }: Identity,
  action: string,
  resource: string,
  onCall: OnCall,
): boolean => {
  onCall({ accessKeyId, action, resource })
  return policy === null || allows(policy, action, resource)
}

/** The message broker of IoT Core: MQTT 3.1.1 over WebSockets, clean sessions, QoS 0 and 1. */
export async function createIotBroker({
  faults,
  onRouted,
  onCall,
  now,
}: {
  readonly faults: IotFaults
  /** Called for each message and each time it is sent to subscribers. */
  readonly onRouted: (message: Message) => void
  readonly onCall: OnCall
  readonly now: () => number
}): Promise<IotBroker> {
  const admissions = new WeakMap<Client, Admission>()
  const subscriptionCounts = new WeakMap<Client, number>()
  const seen = new Map<string, Connection>()
  const mayDo = (client: Client, action: string, resource: string): boolean => {
    const admission = admissions.get(client)
    if (admission === undefined || now() >= admission.endsAt) return false
    return isAllowed(admission.identity, action, resource, onCall)
  }
  const refusal = (message: string): AuthenticateError => Object.assign(new Error(message), { returnCode: 5 })

  const broker = await Aedes.createBroker({
    authenticate: (client, _user, _password, done) => {
      if (mayDo(client, 'iot:Connect', clientArn(client.id))) done(null, true)
      else done(refusal('not authorized'), false)
    },
    authorizeSubscribe: (client, subscription, done) => {
      const count = (subscriptionCounts.get(client) ?? 0) + 1
      const granted =
        count <= MAX_SUBSCRIPTIONS && mayDo(client, 'iot:Subscribe', arnOf('topicfilter', subscription.topic))
      if (granted) subscriptionCounts.set(client, count)
      done(null, granted ? subscription : null)
    },
    authorizePublish: (client, packet, done) => {
      const payload = Buffer.from(packet.payload)
      if (payload.length > MAX_PAYLOAD_BYTES) return done(new Error('the payload is too large'))
      if (client && !mayDo(client, 'iot:Publish', topicArn(packet.topic)))
        return done(new Error('not authorized'))
      if (!client || packet.qos === 0 || !faults.state.losesAck({ topic: packet.topic, payload }))
        return done()
      broker.publish(packet, () => done(new Error('the connection is cut before the PUBACK')))
    },
    authorizeForward: (client, packet) =>
      mayDo(client, 'iot:Receive', topicArn(packet.topic)) ? packet : null,
  })
  const internals = broker as unknown as BrokerInternals
  const { clients, mq } = internals
  const emit = mq.emit.bind(mq)
  mq.emit = (packet, done) => {
    if (packet.topic.startsWith('$')) return emit(packet, done)
    const message = { topic: packet.topic, payload: Buffer.from(packet.payload) }
    faults.state.route(message, () => {
      onRouted(message)
      // A new number each time, because clients drop messages whose number is not higher than the last one.
      emit({ ...packet, brokerCounter: ++internals.counter }, () => {})
    })
    done()
  }
  broker.on('clientReady', ({ id }) => void seen.set(id, { connected: true, since: now() }))
  broker.on('clientDisconnect', ({ id }) => void seen.set(id, { connected: false, since: now() }))
  // Refused and cut connections end here; the other side observes the end too.
  broker.on('clientError', () => {})
  broker.on('connectionError', () => {})

  const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'mqtt' })
  const read = (clientId: string): ClientInternals | null => {
    const client = Object.hasOwn(clients, clientId) ? clients[clientId] : undefined
    return client?.connected ? client : null
  }
  return {
    accept: (request, socket, head, admission) =>
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const stream = createWebSocketStream(webSocket)
        admissions.set(broker.handle(stream, request), admission)
        const ending = setTimeout(() => webSocket.terminate(), admission.endsAt - now())
        webSocket.once('close', () => clearTimeout(ending))
      }),
    publish: ({ topic, payload, qos }) =>
      new Promise((resolve, reject) => {
        broker.publish({ cmd: 'publish', topic, payload, qos, dup: false, retain: false }, (error) =>
          error ? reject(error) : resolve(),
        )
      }),
    sendDirect: async (clientId, message, timeoutMs) => {
      const client = read(clientId)
      if (!client) return 'not-connected'
      if (!mayDo(client, 'iot:Receive', topicArn(message.topic))) return 'forbidden'
      if (timeoutMs !== null)
        return (await confirmed(client, message, { faults, timeoutMs })) ? 'confirmed' : 'timeout'
      faults.state.route(message, () => {
        if (client.connected) write(client, message, 0)
      })
      return 'sent'
    },
    connectionOf: (clientId) => {
      const connection = seen.get(clientId) ?? null
      const isForgotten = connection?.connected === false && now() - connection.since > REMEMBERED_MS
      return isForgotten ? null : connection
    },
    cut: (clientId) => void read(clientId)?.conn.destroy(),
    clients: () => Object.keys(clients),
    close: async () => {
      await new Promise<void>((resolve) => broker.close(resolve))
      for (const webSocket of webSockets.clients) webSocket.terminate()
      webSockets.close()
    },
  }
}

/** Writes a message to one client; returns its id. */
function write(client: ClientInternals, { topic, payload }: Message, qos: 0 | 1): number {
  const messageId = client._nextId
  if (qos === 1) client._nextId = messageId >= 65_535 ? 1 : messageId + 1
  const packet = { cmd: 'publish', topic, payload, qos, dup: false, retain: false } as const
  writeToStream(qos === 1 ? { ...packet, messageId } : packet, client.conn)
  return messageId
}

/** Writes a message to one client; false if its PUBACK does not come in time. */
const confirmed = (
  client: ClientInternals,
  message: Message,
  { faults, timeoutMs }: { readonly faults: IotFaults; readonly timeoutMs: number },
): Promise<boolean> =>
  new Promise((resolve) => {
    const ids = new Set<number>()
    const finish = (isConfirmed: boolean): void => {
      clearTimeout(timer)
      client._parser.off('packet', look)
      client.conn.off('close', lost)
      resolve(isConfirmed)
    }
    const look = (packet: Packet): void => {
      const isOurs = packet.cmd === 'puback' && ids.has(packet.messageId ?? 0)
      if (isOurs && !faults.state.withholds(client.id)) finish(true)
    }
    const lost = (): void => finish(false)
    const timer = setTimeout(lost, timeoutMs)
    client._parser.on('packet', look)
    client.conn.on('close', lost)
    faults.state.route(message, () => {
      if (client.connected) ids.add(write(client, message, 1))
    })
  })
