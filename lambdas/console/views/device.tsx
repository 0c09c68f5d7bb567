import { useEffect, useState } from 'preact/hooks'
import { answerOf, Refusal } from '../api/client.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { isolate, toAgo, toSpeed, toTimeZone } from '../parts/format.ts'
import { now } from '../state/clock.ts'
import { deviceTabs, linkTo, type DeviceTab } from '../state/route.ts'
import { api } from '../state/session.ts'
import { TerminalView } from '../terminal/terminal.tsx'
import { Track } from '../track/track.tsx'
import { About } from './about.tsx'
import { Probe } from './probe.tsx'

const titles: Readonly<Record<DeviceTab, string>> = {
  terminal: 'Terminal',
  track: 'Track',
  probe: 'Probe',
  about: 'About',
}
const REFRESH_MS = 5_000

/** The device, read repeatedly while its page is open. */
function useDevice(deviceId: string) {
  const [device, setDevice] = useState<DeviceAnswer | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const read = async (): Promise<void> => {
    try {
      setDevice(await answerOf(api.GET('/v1/devices/{deviceId}', { params: { path: { deviceId } } })))
      setTrouble(null)
    } catch (error) {
      setTrouble(error instanceof Refusal || error instanceof Error ? error.message : String(error))
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

export function DevicePage({ deviceId, tab }: { deviceId: string; tab: DeviceTab }) {
  const { device, trouble, read } = useDevice(deviceId)
  useEffect(() => {
    document.title = `${isolate(device?.name ?? deviceId)} · H02`
    return () => {
      document.title = 'H02 console'
    }
  }, [device?.name, deviceId])

  return (
    <main class="device">
      <header>
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
        {device !== null && <Facts device={device} />}
        <nav class="tabs" aria-label="Views of the device">
          {deviceTabs.map((one) => (
            <a key={one} href={linkTo(deviceId, one)} aria-current={one === tab ? 'page' : undefined}>
              {titles[one]}
            </a>
          ))}
        </nav>
      </header>
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {device !== null && device.suggestedUtcOffsetMinutes !== null && (
        <p class="hint" role="status">
          The clock of this tracker shows {toTimeZone(device.suggestedUtcOffsetMinutes)}: its positions seem
          late or are missing. <a href={linkTo(deviceId, 'about')}>Set its time zone</a>.
        </p>
      )}
      {tab === 'terminal' && <TerminalView deviceId={deviceId} name={device?.name ?? null} />}
      {tab === 'track' && <Track deviceId={deviceId} />}
      {tab === 'probe' && <Probe deviceId={deviceId} />}
      {tab === 'about' && device !== null && <About device={device} onChanged={() => void read()} />}
    </main>
  )
}
