import type { MqttOptions } from './options.ts'

export type Topics = ReturnType<typeof createTopics>

/** Names of all topics. A device id is 1 to 15 digits, so it can be a topic level without escaping. */
export function createTopics({ topic, discoveryPrefix }: Pick<MqttOptions, 'topic' | 'discoveryPrefix'>) {
  const idPrefix = `h02_${topic}_`
  const configFilter = `${discoveryPrefix}/device/+/config`
  const deviceIdIn = (text: string, before: string, after: string): string | null => {
    if (!text.startsWith(before) || !text.endsWith(after)) return null
    const id = text.slice(before.length, text.length - after.length)
    return /^\d{1,15}$/.test(id) ? id : null
  }
  return {
    /** `online` while we are connected; otherwise the broker publishes `offline` as our last will. */
    status: `${topic}/status`,
    state: (deviceId: string) => `${topic}/${deviceId}/state`,
    position: (deviceId: string) => `${topic}/${deviceId}/position`,
    command: (deviceId: string) => `${topic}/${deviceId}/command`,
    reply: (deviceId: string) => `${topic}/${deviceId}/reply`,
    ownTracks: (deviceId: string) => `owntracks/${topic}/${deviceId}`,
    /** The identifier of a device in the registry of Home Assistant. */
    objectId: (deviceId: string) => `${idPrefix}${deviceId}`,
    config: (deviceId: string) => `${discoveryPrefix}/device/${idPrefix}${deviceId}/config`,
    commandFilter: `${topic}/+/command`,
    configFilter,
    deviceOfCommand: (name: string) => deviceIdIn(name, `${topic}/`, '/command'),
    deviceOfConfig: (name: string) => deviceIdIn(name, `${discoveryPrefix}/device/${idPrefix}`, '/config'),
  }
}
