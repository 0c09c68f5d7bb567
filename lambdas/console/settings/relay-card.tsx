import { useState } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { InputField, SelectField } from '../parts/fields.tsx'
import { SettingCard, useChange, type CardProps } from './setting-card.tsx'
import { t } from '../text/text.ts'

type Replies = NonNullable<DeviceAnswer['relay']>['replies']

/** Another server that gets a copy, so that the vendor's app keeps working. */
export function RelayCard({ deviceId, relay, onChanged }: CardProps & Pick<DeviceAnswer, 'relay'>) {
  const [host, setHost] = useState(relay?.host ?? '')
  const [port, setPort] = useState(String(relay?.port ?? ''))
  const [replies, setReplies] = useState<Replies>(relay?.replies ?? 'drop')
  const change = useChange(deviceId, onChanged)
  const stop = async (): Promise<void> => {
    if (!(await change.save({ relay: null }, t.settings.nothingCopied))) return
    setHost('')
    setPort('')
  }
  return (
    <SettingCard
      title={t.settings.relay}
      hint={t.settings.relayHint}
      change={change}
      onSave={() => void change.save({ relay: { host: host.trim(), port: Number(port), replies } })}
      more={
        relay !== null && (
          <button type="button" disabled={change.isBusy} onClick={() => void stop()}>
            {t.settings.stopRelay}
          </button>
        )
      }
    >
      <div class="columns">
        <InputField
          id="relay-host"
          label={t.settings.host}
          required
          placeholder="gps.example.com"
          value={host}
          onInput={setHost}
        />
        <InputField
          id="relay-port"
          label={t.settings.port}
          type="number"
          required
          min={1}
          max={65_535}
          placeholder="8090"
          value={port}
          onInput={setPort}
        />
      </div>
      <SelectField
        id="relay-replies"
        label={t.settings.relayField}
        value={replies}
        titles={t.settings.relayReplies}
        onPick={setReplies}
      />
    </SettingCard>
  )
}
