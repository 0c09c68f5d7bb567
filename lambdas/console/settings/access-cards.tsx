/** Who may connect as the device, and the password of its text commands. */
import { useState } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { InputField } from '../parts/fields.tsx'
import { SettingCard, useChange, type CardProps } from './setting-card.tsx'
import { t } from '../text/text.ts'

/** `password`: undefined if this key may not see it, null if none is set. */
export function PasswordCard({
  deviceId,
  password,
  onChanged,
}: CardProps & { password: string | null | undefined }) {
  const [typed, setTyped] = useState('')
  const change = useChange(deviceId, onChanged)
  const known =
    password === undefined
      ? t.settings.notSeen
      : password === null
        ? t.settings.noPassword
        : t.settings.passwordIs(password)
  return (
    <SettingCard
      title={t.settings.smsPassword}
      hint={t.settings.passwordHint}
      change={change}
      onSave={() => void change.save({ password: typed }).then((isSaved) => isSaved && setTyped(''))}
      more={
        password != null && (
          <button type="button" disabled={change.isBusy} onClick={() => void change.save({ password: null })}>
            {t.settings.forget}
          </button>
        )
      }
    >
      <p>{known}</p>
      <InputField
        id="password"
        label={t.settings.newPassword}
        hint={t.settings.passwordNote}
        required
        pattern="[0-9A-Za-z]{1,16}"
        title={t.settings.passwordRule}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={setTyped}
      />
    </SettingCard>
  )
}

const readNetworks = (text: string): string[] | null => {
  const networks = text.split(/[\s,;]+/).filter((part) => part !== '')
  return networks.length === 0 ? null : networks
}

export function SourcesCard({
  deviceId,
  sources,
  session,
  onChanged,
}: CardProps & Pick<DeviceAnswer, 'sources' | 'session'>) {
  const [text, setText] = useState(sources?.join('\n') ?? '')
  const change = useChange(deviceId, onChanged)
  return (
    <SettingCard
      title={t.settings.networks}
      hint={t.settings.networksHint}
      change={change}
      onSave={() => void change.save({ sources: readNetworks(text) })}
    >
      <div class="field">
        <label for="sources">{t.settings.networksField}</label>
        <textarea
          id="sources"
          rows={3}
          placeholder="198.51.100.0/24"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {session !== null && <span class="hint">{t.settings.connectedFrom(session.remoteAddress)}</span>}
      </div>
    </SettingCard>
  )
}
