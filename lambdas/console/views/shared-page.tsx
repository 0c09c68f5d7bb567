import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { messageOf, problemOf } from '../api/explain.ts'
import { answerOf, createApi, createSend } from '../api/client.ts'
import type { FleetRow, SharedDevice } from '../api/types.ts'
import { DeviceMap } from '../map/device-map.tsx'
import { toAgo, toSpeed, toWhen } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { t } from '../text/text.ts'

const READ_EVERY_MS = 15_000

/** The device for the map; a link gives no other data about it. */
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
    places: [],
  }
}

/** The content of a link, read repeatedly while the page is visible. */
function useShared(key: string) {
  const shared = useSignal<SharedDevice | null>(null)
  const trouble = useSignal<string | null>(null)
  const isOver = useSignal(false)
  useEffect(() => {
    const api = createApi(
      createSend(
        () => key,
        () => {
          isOver.value = true
        },
      ),
    )
    const read = async (): Promise<void> => {
      try {
        shared.value = await answerOf(api.GET('/v1/shared'))
        trouble.value = null
      } catch (error) {
        // The device of the link was deleted.
        if (problemOf(error) === 'not-found') isOver.value = true
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
      <h1>{t.shared.over}</h1>
      <p>{t.shared.overHint}</p>
    </main>
  )
}

function Summary({ shared: { position, online, lastSeen, expiresAt } }: { shared: SharedDevice }) {
  return (
    <p>
      {position === null
        ? t.shared.noPosition
        : `${toSpeed(position.speedKmh)}, ${toAgo(position.fixTime, now.value)}`}
      {!online && t.shared.offline(toAgo(lastSeen, now.value))}.{' '}
      <small>{t.shared.until(toWhen(Date.parse(expiresAt), now.value))}</small>{' '}
      <small>
        <a href="#/browser">{t.browser.title}</a>
      </small>
    </p>
  )
}

/** Shows the position of one device to people without a key. */
export function SharedPage({ secret }: { secret: string }) {
  const { shared, trouble, isOver } = useShared(secret)
  const row = useComputed(() => toRow(shared.value))
  if (isOver.value) return <Over />
  return (
    <main class="shared">
      <header>
        <h1>
          <bdi>{shared.value?.name ?? t.shared.title}</bdi>
        </h1>
        {shared.value !== null && <Summary shared={shared.value} />}
        <Trouble text={trouble.value} />
      </header>
      <DeviceMap device={row} />
    </main>
  )
}
