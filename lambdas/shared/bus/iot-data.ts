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

/** `taken`: that gateway has it. `not-connected`: it has not. `unknown`: it may have it or not. */
export type DeliveryOutcome = 'taken' | 'not-connected' | 'unknown'

/**
 * Messages from lambdas to gateways. A message that was certainly not delivered, for a reason other than the gateway itself
 * (forbidden, throttled for long), rejects.
 */
export type CommandBus = {
  /** A command. Never sent twice by itself: who calls decides, with the message's attempt number. */
  readonly deliver: (gatewayId: string, message: Delivery) => Promise<DeliveryOutcome>
  /** Everything else: at least once if the gateway is connected, else not at all. */
  readonly sendControl: (gatewayId: string, message: ControlMessage) => Promise<void>
  readonly isConnected: (gatewayId: string) => Promise<boolean>
}

/** How long IoT Core waits for the gateway's PUBACK, and how long we wait for IoT Core. */
const CONFIRMATION_SECONDS = 5
const REQUEST_MS = 8_000
const THROTTLED_TRIES = 4

/**
 * The bus over the IoT data plane. `direct` sends to the one client and waits for its PUBACK; `publish` goes through
 * the broker, so a delivery it took is `unknown` until the gateway reports. Region, credentials and (if not given) the
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
  // The SDK would repeat after a 504: one unconfirmed command would reach the gateway three times.
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
          // Refused before anything was sent on: safe to repeat.
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
        // A client that was not seen for half an hour is not known at all.
        if (error instanceof ResourceNotFoundException) return false
        throw error
      }
    },
  }
}

/** Client faults were refused before anything was sent; of everything else no one knows how far it came. */
function outcomeOf(error: unknown): DeliveryOutcome {
  if (error instanceof ResourceNotFoundException) return 'not-connected'
  if (error instanceof GatewayTimeoutException) return 'unknown'
  if (error instanceof IoTDataPlaneServiceException && error.$fault === 'client') throw error
  return 'unknown'
}
