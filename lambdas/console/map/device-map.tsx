import { effect, useSignal, type ReadonlySignal } from '@preact/signals'
import type { GeoJSONSource } from 'maplibre-gl'
import type { FleetRow } from '../api/types.ts'
import { connectionOf } from '../state/fleet.ts'
import { closeZoomOf, MapBox, type OpenedMap } from './map-box.tsx'
import { toVehicle } from './vehicle.ts'
import { addVehicleIcons, paintVehicleIcons, vehicleLayer } from './vehicle-layer.ts'
import { t } from '../text/text.ts'
import { currentTime } from '../state/clock.ts'

/** A map with the device at its last position. The map moves with the device while `isFollowing` is true. */
function draw(
  opened: OpenedMap,
  device: ReadonlySignal<FleetRow>,
  isFollowing: ReadonlySignal<boolean>,
  unfollow: () => void,
): () => void {
  const { map } = opened
  addVehicleIcons(map)
  map.addSource('device', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
  map.addLayer(vehicleLayer('device', 'device'))
  // Dragging the map ends following.
  map.on('dragstart', unfollow)
  let isShown = false
  return effect(() => {
    const { deviceId, lastPosition, alarms } = device.value
    if (lastPosition === null) return
    const state = alarms.length > 0 ? 'alarm' : connectionOf(device.value, currentTime())
    void map.getSource<GeoJSONSource>('device')?.setData(toVehicle(deviceId, state, lastPosition))
    const center: [number, number] = [lastPosition.longitude, lastPosition.latitude]
    if (!isShown) map.jumpTo({ center, zoom: closeZoomOf(opened) })
    else if (isFollowing.value) map.easeTo({ center, duration: 500 })
    isShown = true
  })
}

export function DeviceMap({ device }: { device: ReadonlySignal<FleetRow> }) {
  const isFollowing = useSignal(true)
  return (
    <MapBox
      label={t.fleet.lastPosition}
      onOpen={(opened) =>
        draw(opened, device, isFollowing, () => {
          isFollowing.value = false
        })
      }
      onTheme={paintVehicleIcons}
      tools={({ map }) => (
        <button
          aria-pressed={isFollowing.value}
          onClick={() => {
            isFollowing.value = !isFollowing.value
            const at = device.peek().lastPosition
            if (isFollowing.value && at) map.easeTo({ center: [at.longitude, at.latitude], duration: 500 })
          }}
        >
          {t.fleet.follow}
        </button>
      )}
    />
  )
}
