import { randomUUID } from 'node:crypto'
import { jsonAnswer, type Answer, type WholeRequest } from './http.ts'
import type { Identity, OnCall } from './identities.ts'
import { clientArn, isAllowed, MAX_PAYLOAD_BYTES, topicArn, type IotBroker } from './iot-broker.ts'

/** AWS limits. */
const MAX_TOPIC_BYTES = 256
const MAX_TOPIC_SLASHES = 7
const MAX_CLIENT_ID_LENGTH = 128
const MAX_TIMEOUT_SECONDS = 15
const DEFAULT_TIMEOUT_SECONDS = 5

const statusOf = {
  InvalidRequestException: 400,
  ForbiddenException: 403,
  ResourceNotFoundException: 404,
  MethodNotAllowedException: 405,
  RequestEntityTooLargeException: 413,
  InternalFailureException: 500,
  ServiceUnavailableException: 503,
  GatewayTimeoutException: 504,
} as const
type ErrorType = keyof typeof statusOf

/** An error that the SDK turns into its typed exception. */
export function iotError(type: ErrorType, message: string): Answer {
  const { headers, ...rest } = jsonAnswer(
    statusOf[type],
    { message, traceId: randomUUID() },
    'application/json',
  )
  return { ...rest, headers: { ...headers, 'x-amzn-errortype': type } }
}
const ok = (body: unknown): Answer => jsonAnswer(200, body, 'application/json')

const isTopic = (topic: string): boolean =>
  topic !== '' &&
  !/[#+\0]/.test(topic) &&
  !topic.startsWith('$') &&
  Buffer.byteLength(topic) <= MAX_TOPIC_BYTES &&
  topic.split('/').length - 1 <= MAX_TOPIC_SLASHES
const isClientId = (id: string): boolean =>
  id !== '' && id.length <= MAX_CLIENT_ID_LENGTH && !id.startsWith('$')

/** The part of the IoT data plane that we use: Publish, SendDirectMessage, GetConnection. */
export const createDataPlane =
  ({
    broker,
    onCall,
    timeScale,
  }: {
    /** The current broker; a restart makes a new one. */
    readonly broker: () => IotBroker
    readonly onCall: OnCall
    readonly timeScale: number
  }) =>
  async ({ method, url, body }: WholeRequest, identity: Identity): Promise<Answer> => {
    const { pathname, searchParams } = new URL(url, 'http://iot')
    const [, collection, encodedName = '', messages, ...rest] = pathname.split('/')
    const name = decodeURIComponent(encodedName)
    const operation =
      rest.length > 0 ? '' : [method, collection, ...(messages === undefined ? [] : [messages])].join(' ')
    switch (operation) {
      case 'POST topics':
        return publish(identity, name, Number(searchParams.get('qos') ?? 0), body)
      case 'POST connections messages':
        return sendDirect(identity, name, searchParams, body)
      case 'GET connections':
        return getConnection(identity, name)
      default:
        return iotError('MethodNotAllowedException', `${method} ${pathname} is not supported on this machine`)
    }

    async function publish(by: Identity, topic: string, qos: number, payload: Buffer): Promise<Answer> {
      if (!isTopic(topic) || (qos !== 0 && qos !== 1))
        return iotError('InvalidRequestException', 'topic or qos')
      if (payload.length > MAX_PAYLOAD_BYTES) return iotError('RequestEntityTooLargeException', 'payload')
      if (!isAllowed(by, 'iot:Publish', topicArn(topic), onCall)) return iotError('ForbiddenException', topic)
      await broker().publish({ topic, payload, qos })
      return ok({ message: 'OK', traceId: randomUUID() })
    }

    async function sendDirect(
      by: Identity,
      clientId: string,
      query: URLSearchParams,
      payload: Buffer,
    ): Promise<Answer> {
      const topic = query.get('topic') ?? ''
      const seconds = Number(query.get('timeout') ?? DEFAULT_TIMEOUT_SECONDS)
      const isTimeout = Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS
      if (!isClientId(clientId) || !isTopic(topic) || !isTimeout) {
        return iotError('InvalidRequestException', 'clientId, topic or timeout')
      }
      if (payload.length > MAX_PAYLOAD_BYTES) return iotError('RequestEntityTooLargeException', 'payload')
      if (!isAllowed(by, 'iot:SendDirectMessage', clientArn(clientId), onCall)) {
        return iotError('ForbiddenException', clientId)
      }
      const timeoutMs = query.get('confirmation') === 'true' ? seconds * 1_000 * timeScale : null
      switch (await broker().sendDirect(clientId, { topic, payload }, timeoutMs)) {
        case 'confirmed':
        case 'sent':
          return ok({ message: 'OK', traceId: randomUUID() })
        case 'not-connected':
          return iotError('ResourceNotFoundException', `client ${clientId} is not connected`)
        case 'forbidden':
          return iotError('ForbiddenException', `client ${clientId} may not receive on ${topic}`)
        case 'timeout':
          return iotError('GatewayTimeoutException', `client ${clientId} did not confirm in time`)
      }
    }

    function getConnection(by: Identity, clientId: string): Answer {
      if (!isClientId(clientId)) return iotError('InvalidRequestException', 'clientId')
      if (!isAllowed(by, 'iot:GetConnection', clientArn(clientId), onCall)) {
        return iotError('ForbiddenException', clientId)
      }
      const connection = broker().connectionOf(clientId)
      if (!connection) return iotError('ResourceNotFoundException', `client ${clientId} is not known`)
      const { connected, since } = connection
      return ok({
        clientId,
        connected,
        cleanSession: true,
        ...(connected
          ? { connectedSince: since }
          : { disconnectedSince: since, disconnectReason: 'CONNECTION_LOST' }),
      })
    }
  }
