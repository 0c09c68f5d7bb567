import { matchesTopic } from './mqtt-topic.ts'

export type Message = { readonly topic: string; readonly payload: Buffer }

/**
 * `reorder`: delivered after the next message on the same topic. `lose-ack`: delivered, but the publisher is
 * disconnected before the PUBACK.
 */
type Fault = 'drop' | 'double' | 'reorder' | 'lose-ack' | { readonly delayMs: number }
type ChooseFault = (message: Message) => Fault | null

/** Failures between clients that tests can switch on. */
export type IotFaults = {
  /**
   * Applies a fault to messages on matching topics, including direct ones: for the given number of messages (by default
   * all), or as a function chooses.
   */
  readonly on: (filter: string, fault: Fault | ChooseFault, times?: number) => void
  /**
   * While true, PUBACKs of this client for direct messages are ignored: the client has the messages, and the sender
   * gets a 504.
   */
  readonly withholdConfirmations: (clientId: string, withheld: boolean) => void
  /** Ends all faults and releases delayed messages. */
  readonly clear: () => void
  readonly state: {
    /** Delivers the message as the faults require: not at all, once, twice, later. */
    readonly route: (message: Message, deliver: () => void) => void
    readonly losesAck: (message: Message) => boolean
    readonly withholds: (clientId: string) => boolean
  }
}

export function createIotFaults(): IotFaults {
  type Entry = { readonly filter: string; readonly choose: ChooseFault; left: number }
  let entries: Entry[] = []
  const withheld = new Set<string>()
  const held = new Map<string, (() => void)[]>()
  const delayed = new Map<NodeJS.Timeout, () => void>()

  const faultOf = (message: Message, matches: (fault: Fault) => boolean): Fault | null => {
    for (const entry of entries) {
      if (entry.left === 0 || !matchesTopic(entry.filter, message.topic)) continue
      const fault = entry.choose(message)
      if (fault === null || !matches(fault)) continue
      entry.left--
      return fault
    }
    return null
  }
  const release = (topic: string): void => {
    const waiting = held.get(topic) ?? []
    held.delete(topic)
    for (const deliver of waiting) deliver()
  }

  return {
    on(filter, fault, times = Infinity) {
      entries.unshift({ filter, choose: typeof fault === 'function' ? fault : () => fault, left: times })
    },
    withholdConfirmations(clientId, isWithheld) {
      if (isWithheld) withheld.add(clientId)
      else withheld.delete(clientId)
    },
    clear() {
      entries = []
      withheld.clear()
      for (const topic of held.keys()) release(topic)
      for (const [timer, deliver] of delayed) {
        clearTimeout(timer)
        deliver()
      }
      delayed.clear()
    },
    state: {
      route(message, deliver) {
        const fault = faultOf(message, (one) => one !== 'lose-ack')
        if (fault === 'reorder') {
          held.set(message.topic, [...(held.get(message.topic) ?? []), deliver])
          return
        }
        if (fault === 'drop') return
        if (fault !== null && typeof fault === 'object') {
          const timer = setTimeout(() => {
            delayed.delete(timer)
            deliver()
          }, fault.delayMs)
          delayed.set(timer, deliver)
          return
        }
        deliver()
        if (fault === 'double') deliver()
        release(message.topic)
      },
      losesAck: (message) => faultOf(message, (one) => one === 'lose-ack') !== null,
      withholds: (clientId) => withheld.has(clientId),
    },
  }
}
