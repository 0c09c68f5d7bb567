import { useState } from 'preact/hooks'
import { speedLimitRange } from '../../shared/domain/speed-limit.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { InputField } from '../parts/fields.tsx'
import { kmhOf, speedOf, speedUnit } from '../parts/format.ts'
import { SettingCard, useChange } from './setting-card.tsx'
import { t } from '../text/text.ts'

/** The limit above which the gateway publishes an event, in the unit of this browser. */
export function SpeedLimitCard({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const { deviceId, speedLimitKmh } = device
  const [text, setText] = useState(speedLimitKmh === null ? '' : String(Math.round(speedOf(speedLimitKmh))))
  const change = useChange(deviceId, onChanged)
  const save = () => change.save({ speedLimitKmh: text === '' ? null : Math.round(kmhOf(Number(text))) })
  return (
    <SettingCard
      title={t.settings.speedLimitTitle}
      hint={t.settings.speedLimitHint}
      change={change}
      onSave={() => void save()}
    >
      <InputField
        id="speed-limit"
        label={t.settings.speedLimit(speedUnit)}
        type="number"
        min={Math.ceil(speedOf(speedLimitRange.min))}
        max={Math.floor(speedOf(speedLimitRange.max))}
        value={text}
        onInput={setText}
      />
    </SettingCard>
  )
}
