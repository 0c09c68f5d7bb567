import * as catalogue from '#h02/catalogue/index.ts'
import {
  MESSAGE_FORMAT,
  type CommandSnapshot,
  type ControlMessage,
  type Delivery,
  type LiveBatch,
  type SessionReport,
} from '#shared/domain/command-messages.ts'
import type { Drops } from '#shared/bus/publish-queue.ts'
import { topicsOf } from '#shared/domain/topics.ts'
import type { ConnectLink, Link } from '../../container/commands/control-link.ts'
import type { DownlinkSettings } from '../../container/commands/downlink.ts'

export const STAGE = 'test'
const topics = topicsOf(STAGE)

type Publication = { readonly topic: string; readonly message: any; readonly priority: string }

/** MQTT under a test's control: everything published is kept, and gateways receive each other's messages. */
export class TestBus {
  readonly published: Publication[] = []
  isConnected = true
  /** Messages that the link has dropped so far. */
  dropped: Drops = { live: 0, tooLarge: 0, lostTwice: 0 }
  /** While true, live publications wait until the test releases them. */
  liveIsHeld = false
  private readonly held: (() => void)[] = []
  private readonly listeners = new Map<string, (topic: string, payload: Uint8Array) => void>()

  /** What a gateway is given to take commands from here. */
  downlink(timeScale = 0.01): DownlinkSettings {
    return { connect: this.connect, catalogue, maskBytes: catalogue.maskBytes, stage: STAGE, timeScale }
  }

  readonly connect: ConnectLink = ({ subscriptions, onMessage }): Link => {
    for (const topic of subscriptions) this.listeners.set(topic, onMessage)
    return {
      publish: async (topic, payload, { priority }) => {
        this.published.push({ topic, message: JSON.parse(payload), priority })
        this.listeners.get(topic)?.(topic, Buffer.from(payload))
        if (priority === 'live' && this.liveIsHeld) await new Promise<void>((go) => this.held.push(go))
      },
      stats: () => ({ connected: this.isConnected, dropped: this.dropped }),
      close: async () => {
        for (const topic of subscriptions) this.listeners.delete(topic)
      },
    }
  }

  letLiveGo(): void {
    this.liveIsHeld = false
    for (const go of this.held.splice(0)) go()
  }

  deliver(gatewayId: string, order: Partial<Delivery> & Pick<Delivery, 'deviceId' | 'sessionId'>): void {
    const intent = order.intent ?? 'read-status'
    const entry = catalogue.entryOf(intent)
    const delivery: Delivery = {
      v: MESSAGE_FORMAT,
      kind: 'deliver',
      commandId: 'c1',
      attempt: 1,
      notAfter: Date.now() + 5_000,
      dialect: entry?.encodings[0]?.dialect ?? 'text',
      intent,
      params: {},
      raw: null,
      password: null,
      danger: entry?.danger ?? 'harmless',
      interlock: null,
      ...order,
    }
    this.send(topics.commands(gatewayId), delivery)
  }

  control(gatewayId: string, message: ControlMessage): void {
    this.send(topics.control(gatewayId), message)
  }

  send(topic: string, message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    this.listeners.get(topic)?.(topic, Buffer.from(text))
  }

  snapshots(commandId = 'c1'): CommandSnapshot[] {
    return this.published
      .filter(({ topic, message }) => topic === topics.upCommands && message.commandId === commandId)
      .map(({ message }) => message)
  }

  sessionReports(): SessionReport[] {
    return this.published.filter(({ topic }) => topic === topics.upSessions).map(({ message }) => message)
  }

  live(deviceId: string): LiveBatch[] {
    return this.published
      .filter(({ topic }) => `${topic}/`.startsWith(`${topics.live(deviceId)}/`))
      .map(({ message }) => message)
  }

  toGateway(gatewayId: string): ControlMessage[] {
    return this.published
      .filter(({ topic }) => topic === topics.control(gatewayId))
      .map(({ message }) => message)
  }
}
