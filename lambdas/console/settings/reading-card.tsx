import { useState } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { toTimeZone } from '../parts/format.ts'
import { SettingCard, useChange } from './setting-card.tsx'

const policies: Readonly<Record<DeviceAnswer['ackPolicy'], string>> = {
  auto: 'by the frame (recommended)',
  R12: 'always R12',
  V4: 'always V4',
  none: 'never',
}

/** How its frames are read and acknowledged: the clock, the ignition wire, the form of the ack. */
export function ReadingCard({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const { deviceId, overrides, suggestedUtcOffsetMinutes: suggested } = device
  const [ackPolicy, setAckPolicy] = useState(device.ackPolicy)
  const [ignitionInverted, setInverted] = useState(overrides.ignitionInverted)
  const [utcOffsetMinutes, setOffset] = useState(overrides.utcOffsetMinutes)
  const change = useChange(deviceId, onChanged)
  return (
    <SettingCard
      title="Clock and wiring"
      hint="How its frames are read. It applies to new frames, and to stored ones when they are shown."
      change={change}
      onSave={() => void change.save({ ackPolicy, overrides: { ignitionInverted, utcOffsetMinutes } })}
    >
      <div class="field">
        <label for="clock">Clock of the tracker, minutes ahead of UTC</label>
        <input
          id="clock"
          type="number"
          min={-720}
          max={840}
          step={15}
          value={utcOffsetMinutes}
          onInput={(event) => setOffset(event.currentTarget.valueAsNumber || 0)}
        />
        <span class="hint">{toTimeZone(utcOffsetMinutes)}</span>
      </div>
      {suggested !== null && suggested !== utcOffsetMinutes && (
        <p class="hint" role="status">
          The tracker seems to show local time.{' '}
          <button type="button" onClick={() => setOffset(suggested)}>
            Use {toTimeZone(suggested)}
          </button>
        </p>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={ignitionInverted}
          onChange={(event) => setInverted(event.currentTarget.checked)}
        />
        Ignition is reported the wrong way around
      </label>
      <div class="field">
        <label for="ack">Acknowledge frames</label>
        <select
          id="ack"
          value={ackPolicy}
          onChange={(event) => setAckPolicy(event.currentTarget.value as DeviceAnswer['ackPolicy'])}
        >
          {Object.entries(policies).map(([policy, title]) => (
            <option key={policy} value={policy}>
              {title}
            </option>
          ))}
        </select>
      </div>
    </SettingCard>
  )
}
