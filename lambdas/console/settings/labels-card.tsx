import { useState } from 'preact/hooks'
import { messageOf } from '../api/explain.ts'
import type { DeviceAnswer } from '../api/types.ts'
import { readLabels } from '../parts/labels.ts'
import { Trouble } from '../parts/trouble.tsx'
import { SettingCard, useChange } from './setting-card.tsx'

/** What the device is filed under: lists, keys, webhooks and campaigns select by it. */
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
      title="Labels"
      hint="What it is filed under, such as fleet=north. Keys, webhooks and campaigns select devices by labels."
      change={change}
      onSave={() => void add()}
    >
      {Object.keys(labels).length === 0 && <p class="hint">It has none yet.</p>}
      <ul class="bar" aria-label="Labels of the device">
        {Object.entries(labels).map(([name, value]) => (
          <li key={name} class="chip">
            <bdi>{value === '' ? name : `${name}=${value}`}</bdi>{' '}
            <button
              type="button"
              class="quiet"
              aria-label={`Take away ${name}`}
              disabled={change.isBusy}
              onClick={() => void change.save({ labels: { [name]: null } })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <div class="field">
        <label for="new-label">Add labels</label>
        <input
          id="new-label"
          placeholder="fleet=north, depot=7"
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Trouble text={fault} />
    </SettingCard>
  )
}
