import {
  GatewayTimeoutException,
  GetConnectionCommand,
  IoTDataPlaneClient,
  IoTDataPlaneServiceException,
  PublishCommand,
  ResourceNotFoundException,
  SendDirectMessageCommand,
  ThrottlingException,
} from '@aws-sdk/client-iot-data-plane'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeMessage, type ControlMessage, type Delivery } from '../domain/command-messages.ts'
import { gatewayClientId, topicsOf } from '../domain/topics.ts'

/** `taken`: the gateway has the message. `not-connected`: it does not. `unknown`: it may have it. */
export type DeliveryOutcome = 'taken' | 'not-connected' | 'unknown'

/**
 * Messages from functions to gateways. Rejects if a message was certainly not delivered for a reason other than the
 * gateway (forbidden, throttled for long).
 */
export type CommandBus = {
  /** Sends a command. Never repeats by itself: the caller decides, with a new attempt number. */
  readonly deliver: (gatewayId: string, message: Delivery) => Promise<DeliveryOutcome>
  /** Sends anything else: at least once if the gateway is connected, otherwise not at all. */
  readonly sendControl: (gatewayId: string, message: ControlMessage) => Promise<void>
  readonly isConnected: (gatewayId: string) => Promise<boolean>
}

/** How long IoT Core waits for the gateway's PUBACK, and how long we wait for IoT Core. */
const CONFIRMATION_SECONDS = 5
const REQUEST_MS = 8_000
const THROTTLED_TRIES = 4

/**
 * The bus over the IoT data plane. `direct` sends to one client and waits for its PUBACK; `publish` goes through the
 * broker, so an accepted delivery is `unknown` until the gateway reports it. Region, credentials and (by default) the
 * endpoint come from the environment, as the SDK reads it.
 */
export function createCommandBus({
  endpoint,
  delivery,
  stage,
}: {
  readonly endpoint?: string
  readonly delivery: 'direct' | 'publish'
  readonly stage: string
}): CommandBus {
  const clientWith = (maxAttempts: number): IoTDataPlaneClient =>
    new IoTDataPlaneClient({
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts,
      requestHandler: new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: REQUEST_MS }),
    })
  // The SDK would retry after a 504: an unconfirmed command would reach the gateway three times.
  const once = clientWith(1)
  const repeating = clientWith(3)
  const topics = topicsOf(stage)

  const send = async (gatewayId: string, payload: Uint8Array): Promise<DeliveryOutcome> => {
    const topic = topics.commands(gatewayId)
    if (delivery === 'publish') {
      await once.send(new PublishCommand({ topic, qos: 1, payload }))
      return 'unknown'
    }
    await once.send(
      new SendDirectMessageCommand({
        clientId: gatewayClientId(stage, gatewayId),
        topic,
        confirmation: true,
        timeout: CONFIRMATION_SECONDS,
        payload,
      }),
    )
    return 'taken'
  }

  return {
    deliver: async (gatewayId, message) => {
      const payload = Buffer.from(encodeMessage(message))
      for (let tried = 1; ; tried++) {
        try {
          return await send(gatewayId, payload)
        } catch (error) {
          // Refused before anything was sent, so it is safe to retry.
          if (error instanceof ThrottlingException && tried < THROTTLED_TRIES) {
            await sleep(50 * 2 ** tried * (0.5 + Math.random()))
            continue
          }
          return outcomeOf(error)
        }
      }
    },
    sendControl: async (gatewayId, message) => {
      const payload = Buffer.from(encodeMessage(message))
      await repeating.send(new PublishCommand({ topic: topics.control(gatewayId), qos: 1, payload }))
    },
    isConnected: async (gatewayId) => {
      try {
        const { connected } = await repeating.send(
          new GetConnectionCommand({ clientId: gatewayClientId(stage, gatewayId) }),
        )
        return connected === true
      } catch (error) {
        // IoT Core forgets a client half an hour after it disconnected.
        if (error instanceof ResourceNotFoundException) return false
        throw error
      }
    },
  }
}

/** Client faults were refused before anything was sent; any other error leaves it open whether the message arrived. */
function outcomeOf(error: unknown): DeliveryOutcome {
  if (error instanceof ResourceNotFoundException) return 'not-connected'
  if (error instanceof GatewayTimeoutException) return 'unknown'
  if (error instanceof IoTDataPlaneServiceException && error.$fault === 'client') throw error
  return 'unknown'
}
