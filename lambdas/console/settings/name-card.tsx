import { useState } from 'preact/hooks'
import { effectiveModel } from '../../shared/domain/firmware.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { InputField } from '../parts/fields.tsx'
import { SettingCard, useChange } from './setting-card.tsx'
import { t } from '../text/text.ts'

/** The model that the tracker reports, if another model or none is registered; null: there is nothing to propose. */
function proposedModel({ model, seenModel, firmware }: DeviceAnswer): string | null {
  const reported = effectiveModel({ model: null, seenModel, seenFirmware: firmware })
  return reported === model ? null : reported
}

/** The name and the model of the device. The model decides which commands and alarms it has. */
export function NameCard({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const { deviceId, firmware } = device
  const [name, setName] = useState(device.name ?? '')
  const [model, setModel] = useState(device.model ?? '')
  const change = useChange(deviceId, onChanged)
  const proposed = proposedModel(device)
  return (
    <SettingCard
      title={t.settings.nameAndModel}
      hint={t.settings.nameHint}
      change={change}
      onSave={() => void change.save({ name: name.trim() || null, model: model.trim() || null })}
    >
      <InputField id="name" label={t.settings.name} maxLength={100} value={name} onInput={setName} />
      <InputField
        id="model"
        label={t.settings.model}
        maxLength={50}
        placeholder="ST-906L"
        value={model}
        onInput={setModel}
      />
      {proposed !== null && proposed !== model && (
        <p class="hint">
          {t.settings.proposed(
            <bdi>{proposed}</bdi>,
            firmware !== null && (
              <>
                {' '}
                (<bdi>{firmware}</bdi>)
              </>
            ),
          )}
          <button type="button" onClick={() => setModel(proposed)}>
            {t.settings.use(proposed)}
          </button>
        </p>
      )}
    </SettingCard>
  )
}
