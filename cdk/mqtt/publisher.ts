import { readDiscovery, toDiscovery, type Device, type DiscoveryDocument } from './discovery.ts'
import type { MqttOptions } from './options.ts'
import { toOwnTracks, toPosition, toState } from './states.ts'
import type { Topics } from './topics.ts'

/** Publishes a retained message; an empty one removes it. */
type Publish = (topic: string, payload: string) => void

/** Remembers the retained messages of the fleet on the broker, and publishes only differences. */
export function createPublisher({
  options: { formats, commands },
  topics,
  version,
  publish,
}: {
  readonly options: Pick<MqttOptions, 'formats' | 'commands'>
  readonly topics: Topics
  readonly version: string
  readonly publish: Publish
}) {
  /** Null until the first list. */
  let devices: ReadonlyMap<string, Device> | null = null
  const firstList = Promise.withResolvers<void>()
  let published = new Map<string, string>()
  /** Retained documents on the broker, including those of earlier starts. */
  const kept = new Map<string, DiscoveryDocument>()
  const discovery = { topics, version, withCommands: commands !== 'none' }
  const isForHomeAssistant = formats.has('home-assistant')

  const withoutDocument = [topics.state, topics.position, topics.reply, topics.ownTracks]
  const allOf = [topics.config, ...withoutDocument]

  const put = (topic: string, value: object | null): void => {
    const payload = value === null ? '' : JSON.stringify(value)
    if ((published.get(topic) ?? '') === payload) return
    published.set(topic, payload)
    publish(topic, payload)
  }
  const putDocument = (device: Device): void => {
    const { deviceId } = device
    const document = toDiscovery(device, discovery, kept.get(deviceId) ?? null)
    kept.set(deviceId, document)
    put(topics.config(deviceId), document)
  }
  const putDevice = (device: Device): void => {
    const { deviceId } = device
    if (isForHomeAssistant) putDocument(device)
    put(topics.state(deviceId), toState(device))
    put(topics.position(deviceId), toPosition(device))
    if (formats.has('owntracks')) put(topics.ownTracks(deviceId), toOwnTracks(device))
  }
  const removeDocument = (deviceId: string): void => {
    kept.delete(deviceId)
    published.delete(topics.config(deviceId))
    publish(topics.config(deviceId), '')
  }
  const remove = (deviceId: string): void => {
    removeDocument(deviceId)
    for (const nameOf of withoutDocument) {
      published.delete(nameOf(deviceId))
      publish(nameOf(deviceId), '')
    }
  }
  /** Removes the messages of devices that no longer exist. */
  const removeGone = (known: ReadonlyMap<string, Device>): void => {
    for (const deviceId of kept.keys()) if (!known.has(deviceId)) remove(deviceId)
  }

  return {
    /** Resolves when the fleet is known. */
    isKnown: firstList.promise,
    deviceOf: (deviceId: string): Device | null => devices?.get(deviceId) ?? null,
    onDevices: (list: readonly Device[]): void => {
      const before = devices
      devices = new Map(list.map((device) => [device.deviceId, device]))
      for (const deviceId of before?.keys() ?? []) if (!devices.has(deviceId)) remove(deviceId)
      removeGone(devices)
      for (const device of list) putDevice(device)
      firstList.resolve()
    },
    /** All topics of the fleet that may have retained messages. */
    topics: (): readonly string[] =>
      [...new Set([...kept.keys(), ...(devices?.keys() ?? [])])].flatMap((deviceId) =>
        allOf.map((nameOf) => nameOf(deviceId)),
      ),
    /** The broker may have lost its retained messages, so everything is published again. */
    onConnect: (): void => {
      published = new Map()
      for (const device of devices?.values() ?? []) putDevice(device)
    },
    /** Adds a retained document of ours, perhaps from an earlier start. */
    onKept: (deviceId: string, payload: string): void => {
      const document = payload === '' ? null : readDiscovery(payload)
      if (document === null) return
      const device = devices?.get(deviceId)
      if (!isForHomeAssistant) return removeDocument(deviceId)
      if (devices !== null && device === undefined) return remove(deviceId)
      const own = kept.get(deviceId)?.components
      const isMore = Object.keys(document.components).some(
        (key) => own === undefined || !Object.hasOwn(own, key),
      )
      if (!isMore) return
      kept.set(deviceId, document)
      if (device !== undefined) putDocument(device)
    },
  }
}
export type Publisher = ReturnType<typeof createPublisher>
