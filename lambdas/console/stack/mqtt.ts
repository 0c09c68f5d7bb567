import { send } from '../state/session.ts'

export const mqttFormats = ['home-assistant', 'owntracks'] as const
export const mqttLevels = ['none', 'reads', 'harmless', 'sensitive'] as const

/** The names and rules of the command line options (cdk/mqtt/options.ts). */
export type MqttBroker = {
  readonly url: string
  readonly formats: readonly (typeof mqttFormats)[number][]
  readonly commands: (typeof mqttLevels)[number]
  readonly topic: string
  readonly discoveryPrefix: string
}
export type MqttAnswer = {
  readonly setBy: 'command-line' | 'api' | null
  readonly broker: MqttBroker | null
  readonly connected: boolean
  /** The last error; the connection may have recovered since. */
  readonly lastError: { readonly text: string; readonly at: string } | null
  /** Present if the entries on the previous broker could not be removed. */
  readonly warning?: string
}

export const newBroker: MqttBroker = {
  url: '',
  formats: mqttFormats,
  commands: 'reads',
  topic: 'h02',
  discoveryPrefix: 'homeassistant',
}

/** Embedded mode serves this route itself, so it is not in the description of the API. */
async function ask(init: RequestInit): Promise<MqttAnswer> {
  const answer = await send(new Request(new URL('/local/mqtt', location.origin), init))
  return (await answer.json()) as MqttAnswer
}
export const readMqtt = (): Promise<MqttAnswer> => ask({ method: 'GET' })
export const setMqtt = (broker: MqttBroker): Promise<MqttAnswer> =>
  ask({ method: 'PUT', body: JSON.stringify(broker) })
export const removeMqtt = (): Promise<MqttAnswer> => ask({ method: 'DELETE' })
