import type { components } from '../../lambdas/api/openapi-types.ts'
import { componentsOf, type Component } from './entities.ts'
import type { Topics } from './topics.ts'

export type Device = components['schemas']['Device']

/** A device in the discovery of Home Assistant, 2024.11 or newer: one document for all its entities. */
export type DiscoveryDocument = {
  readonly device: Readonly<Record<string, unknown>>
  readonly origin: Readonly<Record<string, string>>
  readonly availability_topic: string
  readonly components: Readonly<Record<string, Component | Pick<Component, 'platform'>>>
}

/**
 * `before`: the previous document. To remove an entity that the new document lacks, the new one contains only the platform of that
 * entity.
 */
export function toDiscovery(
  device: Pick<Device, 'deviceId' | 'name' | 'model' | 'seenModel' | 'firmware' | 'overrides'>,
  { topics, version, withCommands }: { topics: Topics; version: string; withCommands: boolean },
  before: DiscoveryDocument | null = null,
): DiscoveryDocument {
  const { deviceId, firmware, overrides } = device
  const model = device.model ?? device.seenModel
  const objectId = topics.objectId(deviceId)
  // An API of an older version knows no other wirings.
  const withIgnition = overrides.ignitionWiring !== 'none'
  const own = Object.entries(componentsOf({ deviceId, model, withIgnition, withCommands }, topics)).map(
    ([key, component]) => [key, { ...component, unique_id: `${objectId}_${key}` }] as const,
  )
  const keys = new Set(own.map(([key]) => key))
  const gone = Object.entries(before?.components ?? {}).filter(([key]) => !keys.has(key))
  return {
    device: {
      identifiers: [objectId],
      name: device.name ?? `Tracker ${deviceId}`,
      serial_number: deviceId,
      ...(model !== null && { model }),
      ...(firmware !== null && { sw_version: firmware }),
    },
    origin: { name: 'h02-gateway', sw_version: version },
    availability_topic: topics.status,
    components: Object.fromEntries([
      ...own,
      ...gone.map(([key, { platform }]) => [key, { platform }] as const),
    ]),
  }
}

/** Reads one of our retained documents; null if it is not ours. */
export function readDiscovery(payload: string): DiscoveryDocument | null {
  try {
    const document = JSON.parse(payload) as DiscoveryDocument
    const isOwnDocument = Object.values(document.components).every(
      ({ platform }) => typeof platform === 'string',
    )
    return isOwnDocument ? document : null
  } catch {
    return null
  }
}
