import { useState } from 'preact/hooks'
import { effectiveModel } from '../../shared/domain/firmware.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { SettingCard, useChange } from './setting-card.tsx'

/** The model that the tracker reports, where another one or none is registered; null: there is nothing to propose. */
function proposedModel({ model, seenModel, firmware }: DeviceAnswer): string | null {
  const reported = effectiveModel({ model: null, seenModel, seenFirmware: firmware })
  return reported === model ? null : reported
}

/** Name and model: how people know it, and which commands and alarms it has. */
export function NameCard({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const { deviceId, firmware } = device
  const [name, setName] = useState(device.name ?? '')
  const [model, setModel] = useState(device.model ?? '')
  const change = useChange(deviceId, onChanged)
  const proposed = proposedModel(device)
  return (
    <SettingCard
      title="Name and model"
      hint="The model decides which commands are offered and what alarms mean."
      change={change}
      onSave={() => void change.save({ name: name.trim() || null, model: model.trim() || null })}
    >
      <div class="field">
        <label for="name">Name</label>
        <input
          id="name"
          maxLength={100}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for="model">Model</label>
        <input
          id="model"
          maxLength={50}
          placeholder="ST-906L"
          value={model}
          onInput={(event) => setModel(event.currentTarget.value)}
        />
      </div>
      {proposed !== null && proposed !== model && (
        <p class="hint">
          The tracker reports <bdi>{proposed}</bdi>
          {firmware !== null && (
            <>
              {' '}
              (<bdi>{firmware}</bdi>)
            </>
          )}
          .{' '}
          <button type="button" onClick={() => setModel(proposed)}>
            Use {proposed}
          </button>
        </p>
      )}
    </SettingCard>
  )
}
