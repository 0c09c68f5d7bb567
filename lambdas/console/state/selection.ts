import { effect, signal } from '@preact/signals'
import { isSignedIn } from './session.ts'

/** The device that the map of the fleet shows, and whether the map follows it. */
export const selectedId = signal<string | null>(null)
export const isFollowing = signal(false)
/** Counts requests to show a device, because the same device may be requested again after the map was moved. */
export const selections = signal(0)

export function select(deviceId: string | null): void {
  selectedId.value = deviceId
  if (deviceId === null) isFollowing.value = false
  else selections.value++
}

effect(() => {
  if (!isSignedIn.value) select(null)
})
