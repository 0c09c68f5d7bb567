import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { lazyPage } from '../parts/lazy-page.tsx'
import { isolate, toAgo, toSpeed, toTimeZone } from '../parts/format.ts'
import { now } from '../state/clock.ts'
import { deviceTabs, linkTo, type DeviceTab, type DeviceView } from '../state/route.ts'
import { api } from '../state/session.ts'
import { TerminalView } from '../terminal/terminal.tsx'
import { Track } from '../track/track.tsx'
import { CommandsPage } from './commands.tsx'
import { OverviewPage } from './overview.tsx'
import { Probe } from './probe.tsx'

const titles: Readonly<Record<DeviceTab, string>> = {
  overview: 'Overview',
  track: 'Track',
  terminal: 'Terminal',
  commands: 'Commands',
  settings: 'Settings',
}
const REFRESH_MS = 5_000

const SettingsView = lazyPage(async () => (await import('./settings.tsx')).SettingsView)

/** The device, read repeatedly while its page is open. */
function useDevice(deviceId: string) {
  const device = useSignal<DeviceAnswer | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const read = async (): Promise<void> => {
    try {
      device.value = await answerOf(api.GET('/v1/devices/{deviceId}', { params: { path: { deviceId } } }))
      setTrouble(null)
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error))
    }
  }
  useEffect(() => {
    void read()
    const timer = setInterval(() => {
      if (!document.hidden) void read()
    }, REFRESH_MS)
    return () => clearInterval(timer)
  }, [deviceId])
  return { device, trouble, read }
}

function Facts({ device }: { device: DeviceAnswer }) {
  const { lastPosition, batteryPercent, voltage, ignitionOn, alarms } = device
  const facts = [
    ['seen', toAgo(device.lastSeen, now.value)],
    lastPosition && ['speed', toSpeed(lastPosition.speedKmh)],
    lastPosition && ['fix', toAgo(lastPosition.fixTime, now.value)],
    voltage === null ? null : ['supply', `${voltage.toFixed(1)} V`],
    batteryPercent === null ? null : ['battery', `${batteryPercent} %`],
    ignitionOn === null ? null : ['ignition', ignitionOn ? 'on' : 'off'],
  ].filter((fact) => fact !== null)
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {alarms.map((alarm) => (
        <span key={alarm} class="chip alarm">
          {alarm}
        </span>
      ))}
    </dl>
  )
}

function Title({ deviceId, device }: { deviceId: string; device: DeviceAnswer | null }) {
  return (
    <div class="title">
      <span
        class={`dot ${device?.online ? 'online' : 'offline'}`}
        role="img"
        aria-label={device?.online ? 'online' : 'offline'}
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
    <nav class="tabs" aria-label="Views of the device">
      {deviceTabs.map((tab) => (
        <a key={tab} href={linkTo(deviceId, tab)} aria-current={tab === current ? 'page' : undefined}>
          {titles[tab]}
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

export function DevicePage({ deviceId, view }: { deviceId: string; view: DeviceView }) {
  const { device: read, trouble, read: refresh } = useDevice(deviceId)
  const device = read.value
  useEffect(() => {
    document.title = `${isolate(device?.name ?? deviceId)} · H02`
    return () => {
      document.title = 'H02 console'
    }
  }, [device?.name, deviceId])

  return (
    <main class="device">
      <header>
        <Title deviceId={deviceId} device={device} />
        {device !== null && view !== 'overview' && <Facts device={device} />}
        <Tabs deviceId={deviceId} view={view} />
      </header>
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {device !== null && device.suggestedUtcOffsetMinutes !== null && (
        <p class="hint" role="status">
          The clock of this tracker shows {toTimeZone(device.suggestedUtcOffsetMinutes)}: its positions seem
          late or are missing. <a href={linkTo(deviceId, 'settings')}>Set its time zone</a>.
        </p>
      )}
      <View deviceId={deviceId} view={view} device={read} onChanged={() => void refresh()} />
    </main>
  )
}
