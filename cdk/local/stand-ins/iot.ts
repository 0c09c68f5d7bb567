import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeServer, createWholeServer, listen, type Server } from './http.ts'
import { guarded, isOwnHost } from './request-guard.ts'
import { testIdentities, type Identities, type OnCall } from './identities.ts'
import { createIotBroker, type IotBroker } from './iot-broker.ts'
import { createDataPlane, iotError } from './iot-data-plane.ts'
import { createIotFaults, type IotFaults } from './iot-faults.ts'
import { createIotRules, type RuleHandler, type TopicRule } from './iot-rules.ts'
import { verifyPresignedUrl } from './presigned-url.ts'

const MAX_BYTES = 1024 * 1024

export type Iot = {
  /** Of the data plane. */
  readonly endpoint: string
  /** Of MQTT over WebSockets, at the path `/mqtt`. */
  readonly mqttEndpoint: string
  /**
   * A request for a WebSocket on another port of this process, which has checked its host and origin. Its URL is signed for
   * `mqttEndpoint`.
   */
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly faults: IotFaults
  /** A topic rule that invokes a function asynchronously, as Lambda does. */
  readonly rule: (filter: string, handler: RuleHandler) => TopicRule
  /** Ids of the connected clients. */
  readonly clients: () => readonly string[]
  /** Cuts a client's connection, as a network failure does. */
  readonly cut: (clientId: string) => void
  /** Simulates an outage: connections break, requests are refused. */
  readonly kill: () => Promise<void>
  /** Ends the outage: the same port, but all clients are forgotten. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

const LISTEN_AGAIN_MS = 50

/** AWS IoT Core on this machine: message broker, topic rules and data plane, on one port as on AWS. */
export async function startIot({
  port = 0,
  identities = testIdentities(),
  onCall = () => {},
  onError = (message, cause) => console.error(message, cause),
  retryMs,
  timeScale = 1,
  now = Date.now,
}: {
  readonly port?: number
  readonly identities?: Identities
  readonly onCall?: OnCall
  readonly onError?: (message: string, cause: unknown) => void
  /** Delays before a rule's function is retried. */
  readonly retryMs?: readonly number[]
  /** Factor on the time that SendDirectMessage waits for a PUBACK. */
  readonly timeScale?: number
  readonly now?: () => number
} = {}): Promise<Iot> {
  const faults = createIotFaults()
  const rules = createIotRules({ ...(retryMs && { retryMs }), onError })
  const makeBroker = (): Promise<IotBroker> => createIotBroker({ faults, onRouted: rules.take, onCall, now })
  let broker = await makeBroker()

  const checkSender = ({ host, origin }: IncomingHttpHeaders, port: number | undefined): string | null => {
    if (!isOwnHost(host, port)) return `the host ${host} is not this one`
    return origin === undefined ? null : `a page of ${origin} may not connect`
  }
  const admit = (url: string, host: string, problem: string | null) => {
    if (problem !== null) return { problem }
    if (new URL(url, 'http://iot').pathname !== '/mqtt') return { problem: 'the path is not /mqtt' }
    return verifyPresignedUrl({ url, host }, identities, now())
  }
  const upgrade = (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    { host, problem }: { readonly host: string; readonly problem: string | null },
  ): void => {
    socket.on('error', () => socket.destroy())
    const admission = admit(request.url ?? '', host, isUp ? problem : 'it is down')
    if ('problem' in admission) {
      onError('a connection was refused', new Error(admission.problem))
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      return
    }
    broker.accept(request, socket, head, admission)
  }
  const makeServer = (): Server =>
    createWholeServer({
      limit: MAX_BYTES,
      tooLarge: iotError('RequestEntityTooLargeException', 'the request is too large'),
      answer: guarded(
        { service: 'iotdata', identities, now },
        (problem) => iotError('ForbiddenException', problem),
        createDataPlane({ broker: () => broker, onCall, timeScale }),
      ),
      failed: (error) => {
        onError('the IoT data plane failed', error)
        return iotError('InternalFailureException', String(error))
      },
    }).on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      upgrade(request, socket, head, {
        host: request.headers.host ?? '',
        problem: checkSender(request.headers, request.socket.localPort),
      }),
    )

  let server = makeServer()
  const endpoint = await listen(server, { host: '127.0.0.1', port, what: 'IoT Core' })
  const samePort = Number(new URL(endpoint).port)
  let isUp = true

  const stop = async (): Promise<void> => {
    if (!isUp) return
    isUp = false
    await broker.close()
    await closeServer(server)
  }
  return {
    endpoint,
    mqttEndpoint: endpoint.replace('http:', 'ws:'),
    accept: (request, socket, head) =>
      upgrade(request, socket, head, { host: new URL(endpoint).host, problem: null }),
    faults,
    rule: rules.add,
    clients: () => (isUp ? broker.clients() : []),
    cut: (clientId) => broker.cut(clientId),
    kill: async () => {
      server.closeAllConnections()
      await stop()
    },
    restart: async () => {
      await stop()
      broker = await makeBroker()
      server = makeServer()
      await listenAgain(server, samePort)
      isUp = true
    },
    close: async () => {
      faults.clear()
      await stop()
      await rules.stop()
    },
  }
}

/** Waits for the port, because a connection of another program may be using it. */
async function listenAgain(server: Server, port: number): Promise<void> {
  for (;;) {
    const failure = await listen(server, { host: '127.0.0.1', port, what: 'IoT Core' }).then(
      () => null,
      (error: Error) => error,
    )
    if (failure === null) return
    if ((failure.cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw failure
    await sleep(LISTEN_AGAIN_MS)
  }
}
