import type { IotFaults, Message } from '../../cdk/local/stand-ins/iot-faults.ts'
import { topicsOf } from '#shared/domain/topics.ts'

/** A report of a gateway on one attempt, or the answer of control to it: what matters of both. */
type Numbered = { kind: string; commandId: string; attempt: number; n: number; gatewayId?: string }

/**
 * Reads on the bus which reports of gateways control has settled. A gateway repeats a report until then, and is silent about
 * the attempt afterwards, unless something new happens.
 */
export function watchSettlements(faults: IotFaults) {
  const reported = new Map<string, number>()
  const settled = new Map<string, number>()
  const topics = topicsOf('local')
  const note = (counts: Map<string, number>, { topic, payload }: Message, kind: string): null => {
    const message = JSON.parse(payload.toString()) as Numbered
    if (message.kind !== kind) return null
    const gatewayId = message.gatewayId ?? topic.split('/').at(-2)!
    const key = `${gatewayId} ${message.commandId}.${message.attempt}`
    counts.set(key, Math.max(counts.get(key) ?? 0, message.n))
    return null
  }
  return {
    /** Begins, and begins again after `faults.clear()`. It comes before the faults that are switched on already. */
    watch: (): void => {
      faults.on(topics.upCommands, (message) => note(reported, message, 'command'))
      faults.on(topics.control('+'), (message) => note(settled, message, 'settled'))
    },
    reports: (): number => reported.size,
    unsettled: (): string[] =>
      [...reported].filter(([key, n]) => (settled.get(key) ?? 0) < n).map(([key]) => key),
  }
}
