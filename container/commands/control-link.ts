import {
  decodeMessage,
  encodeMessage,
  type ControlMessage,
  type Delivery,
  type LiveBatch,
  type UpMessage,
} from '#shared/domain/command-messages.ts'
import type { Drops } from '#shared/bus/publish-queue.ts'
import { topicsOf } from '#shared/domain/topics.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'

/** The part of the MQTT link that a gateway uses (`lambdas/shared/bus/mqtt-link.ts`). */
export type Link = {
  readonly publish: (
    topic: string,
    payload: string,
    options: { readonly priority: 'report' | 'session' | 'live'; readonly key?: string },
  ) => Promise<unknown>
  readonly stats: () => { readonly connected: boolean; readonly dropped: Drops }
  readonly close: (options?: { readonly flushMs?: number }) => Promise<void>
}

export type ConnectLink = (handlers: {
  readonly subscriptions: readonly string[]
  readonly onMessage: (topic: string, payload: Uint8Array) => void
}) => Link

const controlKinds = [
  'settled',
  'session-settled',
  'evict',
  'ask',
  'watch',
  'changed',
] as const satisfies readonly ControlMessage['kind'][]

/** Of several waiting reports on the same subject only the newest is sent, because each contains the earlier ones. */
const subjectOf = (message: UpMessage): string =>
  message.kind === 'command'
    ? `${message.commandId}.${message.attempt}`
    : message.kind === 'session'
      ? `${message.sessionId}.${message.event}`
      : message.kind === 'relayed'
        ? `${message.sessionId}.${message.seq}`
        : `${message.deviceId}.${message.kind}`

export type ControlLink = ReturnType<typeof createControlLink>

/** Publishes the gateway's messages over MQTT and passes received ones to the handlers. */
export function createControlLink({
  connect,
  stage,
  gatewayId,
  onDelivery,
  onControl,
  log,
  metrics,
}: {
  readonly connect: ConnectLink
  readonly stage: string
  readonly gatewayId: string
  readonly onDelivery: (delivery: Delivery) => void
  readonly onControl: (message: ControlMessage) => void
  readonly log: Log
  readonly metrics: Metrics
}) {
  const topics = topicsOf(stage)
  const commands = topics.commands(gatewayId)
  const control = topics.control(gatewayId)
  let counted: Drops = { live: 0, tooLarge: 0, lostTwice: 0 }

  const receive = (topic: string, payload: Uint8Array): void => {
    const delivery = topic === commands ? decodeMessage<Delivery>(payload, ['deliver']) : null
    if (delivery !== null) return onDelivery(delivery)
    const message = topic === control ? decodeMessage<ControlMessage>(payload, controlKinds) : null
    if (message !== null) return onControl(message)
    metrics.count('MessagesNotUnderstood')
    log.warn('message not understood; ignored', { topic, bytes: payload.length })
  }

  const link = connect({ subscriptions: [commands, control], onMessage: receive })
  const publish = (...[topic, payload, options]: Parameters<Link['publish']>): Promise<unknown> =>
    link
      .publish(topic, payload, options)
      .catch((cause: unknown) => log.error('a message could not be published', { topic, cause }))

  return {
    /** To control. */
    report: (message: UpMessage): void => {
      const isCommand = message.kind === 'command'
      void publish(isCommand ? topics.upCommands : topics.upSessions, encodeMessage(message), {
        priority: isCommand ? 'report' : 'session',
        key: subjectOf(message),
      })
    },
    /** To another gateway. */
    notifyGateway: (to: string, message: ControlMessage): void =>
      void publish(topics.control(to), encodeMessage(message), { priority: 'session' }),
    /** Publishes once per grant. Resolves when the frames are sent or given up. */
    publishLive: (batch: LiveBatch, grantIds: readonly (string | null)[]): Promise<unknown> => {
      const payload = encodeMessage(batch)
      return Promise.all(
        grantIds.map((grantId) =>
          publish(topics.live(batch.deviceId, grantId), payload, { priority: 'live' }),
        ),
      )
    },
    reportGauges: (): void => {
      const { connected, dropped } = link.stats()
      metrics.gauge('MqttConnected', connected ? 1 : 0, 'Count')
      const live = dropped.live - counted.live
      const messages = dropped.tooLarge + dropped.lostTwice - counted.tooLarge - counted.lostTwice
      if (live > 0) metrics.count('LiveDropped', live)
      if (messages > 0) metrics.count('MessagesDropped', messages)
      counted = dropped
    },
    close: (): Promise<void> => link.close(),
  }
}
