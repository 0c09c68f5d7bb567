import { useState } from 'preact/hooks'
import { messageOf } from '../api/explain.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { InputField } from '../parts/fields.tsx'
import { readLabels } from '../parts/labels.ts'
import { Trouble } from '../parts/trouble.tsx'
import { SettingCard, useChange } from './setting-card.tsx'
import { t } from '../text/text.ts'

/** The labels of the device: lists, keys, webhooks and campaigns select devices by them. */
export function LabelsCard({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const { deviceId, labels } = device
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const change = useChange(deviceId, onChanged)
  const add = async (): Promise<void> => {
    setFault(null)
    try {
      const added = readLabels(text)
      if (added !== null && (await change.save({ labels: added }))) setText('')
    } catch (error) {
      setFault(messageOf(error))
    }
  }
  return (
    <SettingCard
      title={t.settings.labels}
      hint={t.settings.labelsHint}
      change={change}
      onSave={() => void add()}
    >
      {Object.keys(labels).length === 0 && <p class="hint">{t.settings.noLabels}</p>}
      <ul class="bar" aria-label={t.settings.labelsOf}>
        {Object.entries(labels).map(([name, value]) => (
          <li key={name} class="chip">
            <bdi>{value === '' ? name : `${name}=${value}`}</bdi>{' '}
            <button
              type="button"
              class="quiet"
              aria-label={t.settings.takeAway(name)}
              disabled={change.isBusy}
              onClick={() => void change.save({ labels: { [name]: null } })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <InputField
        id="new-label"
        label={t.settings.addLabels}
        placeholder="fleet=north, depot=7"
        autocomplete="off"
        value={text}
        onInput={setText}
      />
      <Trouble text={fault} />
    </SettingCard>
  )
}
