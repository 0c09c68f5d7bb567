import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { messageOf } from '../api/explain.ts'
import { answerOf, createApi } from '../api/client.ts'
import type { FleetRow, SharedDevice } from '../api/types.ts'
import { DeviceMap } from '../map/device-map.tsx'
import { toAgo, toSpeed, toWhen } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'

const READ_EVERY_MS = 15_000

/** What the map draws; a link says nothing else about the device. */
const toRow = (shared: SharedDevice | null): FleetRow => {
  const { name = null, online = false, lastSeen = null, position = null } = shared ?? {}
  return {
    deviceId: '',
    name,
    online,
    lastSeen,
    lastPosition: position && { ...position, receivedAt: position.fixTime, speedKnots: null },
    ignitionOn: null,
    alarms: [],
    batteryPercent: null,
    voltage: null,
  }
}

/** What a link shows, read again and again while the page is visible. */
function useShared(key: string) {
  const shared = useSignal<SharedDevice | null>(null)
  const trouble = useSignal<string | null>(null)
  const isOver = useSignal(false)
  useEffect(() => {
    const api = createApi(
      () => key,
      () => {
        isOver.value = true
      },
    )
    const read = async (): Promise<void> => {
      try {
        shared.value = await answerOf(api.GET('/v1/shared'))
        trouble.value = null
      } catch (error) {
        trouble.value = messageOf(error)
      }
    }
    void read()
    const timer = setInterval(() => {
      if (!document.hidden && !isOver.value) void read()
    }, READ_EVERY_MS)
    return () => clearInterval(timer)
  }, [key])
  return { shared, trouble, isOver }
}

function Over() {
  return (
    <main class="plain">
      <h1>This link does not work any more</h1>
      <p>Its time is over, or whoever sent it to you has deleted it. Ask for a new one.</p>
    </main>
  )
}

function Summary({ shared: { position, online, lastSeen, expiresAt } }: { shared: SharedDevice }) {
  return (
    <p>
      {position === null
        ? 'No position yet'
        : `${toSpeed(position.speedKmh)}, ${toAgo(position.fixTime, now.value)}`}
      {!online && `; offline, heard ${toAgo(lastSeen, now.value)}`}.{' '}
      <small>The link works until {toWhen(Date.parse(expiresAt), now.value)}.</small>
    </p>
  )
}

/** Where one device is, for people without a key. */
export function SharedPage({ secret }: { secret: string }) {
  const { shared, trouble, isOver } = useShared(secret)
  const row = useComputed(() => toRow(shared.value))
  if (isOver.value) return <Over />
  return (
    <main class="shared">
      <header>
        <h1>
          <bdi>{shared.value?.name ?? 'Shared position'}</bdi>
        </h1>
        {shared.value !== null && <Summary shared={shared.value} />}
        <Trouble text={trouble.value} />
      </header>
      <DeviceMap device={row} />
    </main>
  )
}
