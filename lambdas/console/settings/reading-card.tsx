import { useState } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { InputField, SelectField } from '../parts/fields.tsx'
import { toTimeZone } from '../parts/format.ts'
import { SettingCard, useChange } from './setting-card.tsx'
import { t } from '../text/text.ts'

/** How frames of the device are read and acknowledged: its clock, its ignition wire, the form of the ack. */
export function ReadingCard({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const { deviceId, overrides, suggestedUtcOffsetMinutes: suggested } = device
  const [ackPolicy, setAckPolicy] = useState(device.ackPolicy)
  const [ignitionWiring, setWiring] = useState(overrides.ignitionWiring)
  const [utcOffsetMinutes, setOffset] = useState(overrides.utcOffsetMinutes)
  const change = useChange(deviceId, onChanged)
  return (
    <SettingCard
      title={t.settings.reading}
      hint={t.settings.readingHint}
      change={change}
      onSave={() => void change.save({ ackPolicy, overrides: { ignitionWiring, utcOffsetMinutes } })}
    >
      <InputField
        id="clock"
        label={t.settings.clockField}
        hint={toTimeZone(utcOffsetMinutes)}
        type="number"
        min={-720}
        max={840}
        step={15}
        value={utcOffsetMinutes}
        onInput={(value) => setOffset(Number(value))}
      />
      {suggested !== null && suggested !== utcOffsetMinutes && (
        <p class="hint" role="status">
          {t.settings.localTime}{' '}
          <button type="button" onClick={() => setOffset(suggested)}>
            {t.settings.use(toTimeZone(suggested))}
          </button>
        </p>
      )}
      <SelectField
        id="ignition"
        label={t.settings.ignitionField}
        hint={t.settings.ignitionHints[ignitionWiring]}
        value={ignitionWiring}
        titles={t.settings.ignitionWirings}
        onPick={setWiring}
      />
      <SelectField
        id="ack"
        label={t.settings.ackField}
        value={ackPolicy}
        titles={t.settings.acks}
        onPick={setAckPolicy}
      />
    </SettingCard>
  )
}
