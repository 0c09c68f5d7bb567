import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import { messageOf, problemOf } from '../api/explain.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { FactList, type Fact } from '../parts/fact-list.tsx'
import { lazyPage } from '../parts/lazy-page.tsx'
import { isolate, toAgo, toSpeed, toTimeZone } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { deviceTabs, linkTo, type DeviceView } from '../state/route.ts'
import { api } from '../state/session.ts'
import { TerminalView } from '../terminal/terminal.tsx'
import { Track } from '../track/track.tsx'
import { CommandsPage } from './commands.tsx'
import { OverviewPage } from './overview.tsx'
import { Probe } from './probe.tsx'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const REFRESH_MS = 5_000

const SettingsView = lazyPage(async () => (await import('./settings.tsx')).SettingsView)

/** The device, read repeatedly while its page is open. `isGone`: no such device is registered, or not any more. */
function useDevice(deviceId: string) {
  const device = useSignal<DeviceAnswer | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [isGone, setGone] = useState(false)
  const read = async (): Promise<void> => {
    try {
      device.value = await answerOf(api.GET('/v1/devices/{deviceId}', { params: { path: { deviceId } } }))
      setTrouble(null)
      setGone(false)
    } catch (error) {
      setTrouble(messageOf(error))
      // Any other failure may pass, and says nothing about the device.
      if (problemOf(error) === 'not-found') setGone(true)
    }
  }
  useEffect(() => {
    void read()
    const timer = setInterval(() => {
      if (!document.hidden) void read()
    }, REFRESH_MS)
    return () => clearInterval(timer)
  }, [deviceId])
  return { device, trouble, isGone, read }
}

function Facts({ device }: { device: DeviceAnswer }) {
  const { lastPosition, batteryPercent, voltage, ignitionOn, alarms } = device
  const facts: readonly Fact[] = [
    [t.device.seen, toAgo(device.lastSeen, now.value)],
    [t.device.speed, lastPosition && toSpeed(lastPosition.speedKmh)],
    [t.device.fix, lastPosition && toAgo(lastPosition.fixTime, now.value)],
    [t.device.supply, voltage === null ? null : `${voltage.toFixed(1)} V`],
    [t.device.battery, batteryPercent === null ? null : `${batteryPercent} %`],
    [t.device.ignition, ignitionOn === null ? null : ignitionOn ? t.words.on : t.words.off],
  ]
  return (
    <FactList look="facts" facts={facts}>
      {alarms.length > 0 && (
        <div>
          <dt>{t.device.openAlarms}</dt>
          <dd>
            {alarms.map((alarm) => (
              <span key={alarm} class="chip alarm">
                {wordOf(t.words.alarms, alarm)}
              </span>
            ))}
          </dd>
        </div>
      )}
    </FactList>
  )
}

function Title({ deviceId, device }: { deviceId: string; device: DeviceAnswer | null }) {
  return (
    <div class="title">
      <span
        class={`dot ${device?.online ? 'online' : 'offline'}`}
        role="img"
        aria-label={device?.online ? t.words.connection.online : t.words.connection.offline}
      />
      <h1>
        <bdi>{device?.name ?? deviceId}</bdi>
      </h1>
      {device?.name != null && <code>{deviceId}</code>}
      {device?.model != null && <bdi class="chip">{device.model}</bdi>}
      {Object.entries(device?.labels ?? {}).map(([name, value]) => (
        <bdi key={name} class="chip">
          {value === '' ? name : `${name}=${value}`}
        </bdi>
      ))}
    </div>
  )
}

function Tabs({ deviceId, view }: { deviceId: string; view: DeviceView }) {
  const current = view === 'probe' ? 'commands' : view
  return (
    <nav class="tabs" aria-label={t.device.views}>
      {deviceTabs.map((tab) => (
        <a key={tab} href={linkTo(deviceId, tab)} aria-current={tab === current ? 'page' : undefined}>
          {t.device.tabs[tab]}
        </a>
      ))}
    </nav>
  )
}

const isRead = (device: Signal<DeviceAnswer | null>): device is Signal<DeviceAnswer> => device.value !== null

function View({
  deviceId,
  view,
  device,
  onChanged,
}: {
  deviceId: string
  view: DeviceView
  device: Signal<DeviceAnswer | null>
  onChanged: () => void
}) {
  const name = device.value?.name ?? null
  switch (view) {
    case 'overview':
      return isRead(device) ? <OverviewPage device={device satisfies ReadonlySignal<DeviceAnswer>} /> : null
    case 'track':
      return isRead(device) ? (
        <Track deviceId={deviceId} lastFixTime={device.value.lastPosition?.fixTime ?? null} />
      ) : null
    case 'terminal':
      return <TerminalView deviceId={deviceId} name={name} />
    case 'commands':
      return <CommandsPage deviceId={deviceId} name={name} />
    case 'probe':
      return <Probe deviceId={deviceId} />
    case 'settings':
      return isRead(device) ? <SettingsView device={device.value} onChanged={onChanged} /> : null
  }
}

/** Nothing of what was known stays: a card that still says "online" would be wrong. */
function Gone({ deviceId, name }: { deviceId: string; name: string | null }) {
  return (
    <main class="plain">
      <h1>{t.device.gone(<bdi>{name === null ? deviceId : `${name} (${deviceId})`}</bdi>)}</h1>
      <p>{t.device.goneHint}</p>
      <p>
        <a href="#/">{t.shell.toFleet}</a>
      </p>
    </main>
  )
}

export function DevicePage({ deviceId, view }: { deviceId: string; view: DeviceView }) {
  const { device: read, trouble, isGone, read: refresh } = useDevice(deviceId)
  const device = read.value
  useEffect(() => {
    document.title = `${isolate(device?.name ?? deviceId)} · H02`
    return () => {
      document.title = t.device.console
    }
  }, [device?.name, deviceId])

  if (isGone) return <Gone deviceId={deviceId} name={device?.name ?? null} />
  return (
    <main class="device">
      <header>
        <Title deviceId={deviceId} device={device} />
        {device !== null && view !== 'overview' && <Facts device={device} />}
        <Tabs deviceId={deviceId} view={view} />
      </header>
      <Trouble text={trouble} />
      {device !== null && device.suggestedUtcOffsetMinutes !== null && (
        <p class="hint" role="status">
          {t.device.clockShows(
            toTimeZone(device.suggestedUtcOffsetMinutes),
            <a href={linkTo(deviceId, 'settings')}>{t.device.setZone}</a>,
          )}
        </p>
      )}
      <View deviceId={deviceId} view={view} device={read} onChanged={() => void refresh()} />
    </main>
  )
}
