import { useState } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { SettingCard, useChange, type CardProps } from './setting-card.tsx'

type Replies = NonNullable<DeviceAnswer['relay']>['replies']

const meanings: Readonly<Record<Replies, string>> = {
  drop: 'nothing',
  harmless: 'harmless commands',
  all: 'all commands, but never an engine cut',
}

/** Another server that gets a copy, so that the app of the vendor goes on working. */
export function RelayCard({ deviceId, relay, onChanged }: CardProps & Pick<DeviceAnswer, 'relay'>) {
  const [host, setHost] = useState(relay?.host ?? '')
  const [port, setPort] = useState(String(relay?.port ?? ''))
  const [replies, setReplies] = useState<Replies>(relay?.replies ?? 'drop')
  const change = useChange(deviceId, onChanged)
  const stop = async (): Promise<void> => {
    if (!(await change.save({ relay: null }, 'Nothing is copied any more.'))) return
    setHost('')
    setPort('')
  }
  return (
    <SettingCard
      title="Relay"
      hint="Another server gets a copy of everything that the device sends, such as the one of its vendor’s app. What it answers is shown in the terminal."
      change={change}
      onSave={() => void change.save({ relay: { host: host.trim(), port: Number(port), replies } })}
      more={
        relay !== null && (
          <button type="button" disabled={change.isBusy} onClick={() => void stop()}>
            Stop the relay
          </button>
        )
      }
    >
      <div class="columns">
        <div class="field">
          <label for="relay-host">Host</label>
          <input
            id="relay-host"
            required
            placeholder="gps.example.com"
            value={host}
            onInput={(event) => setHost(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="relay-port">Port</label>
          <input
            id="relay-port"
            type="number"
            required
            min={1}
            max={65_535}
            placeholder="8090"
            value={port}
            onInput={(event) => setPort(event.currentTarget.value)}
          />
        </div>
      </div>
      <div class="field">
        <label for="relay-replies">What of that server reaches the tracker</label>
        <select
          id="relay-replies"
          value={replies}
          onChange={(event) => setReplies(event.currentTarget.value as Replies)}
        >
          {Object.entries(meanings).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </div>
    </SettingCard>
  )
}
