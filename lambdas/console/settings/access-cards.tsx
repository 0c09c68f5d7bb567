/** Who may connect as the device, and the password of its text commands. */
import { useState } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { SettingCard, useChange, type CardProps } from './setting-card.tsx'

/** `password`: undefined: this key may not see it; null: none is set. */
export function PasswordCard({
  deviceId,
  password,
  onChanged,
}: CardProps & { password: string | null | undefined }) {
  const [typed, setTyped] = useState('')
  const change = useChange(deviceId, onChanged)
  const known =
    password === undefined
      ? 'This key may not see it.'
      : password === null
        ? 'None is set: commands that need one use 0000, as from the factory.'
        : `It is ${password}.`
  return (
    <SettingCard
      title="SMS password"
      hint="Text commands carry the tracker’s own password. It is masked wherever it is shown."
      change={change}
      onSave={() => void change.save({ password: typed }).then((isSaved) => isSaved && setTyped(''))}
      more={
        password != null && (
          <button type="button" disabled={change.isBusy} onClick={() => void change.save({ password: null })}>
            Forget it
          </button>
        )
      }
    >
      <p>{known}</p>
      <div class="field">
        <label for="password">New password</label>
        <input
          id="password"
          required
          pattern="[0-9A-Za-z]{1,16}"
          title="1 to 16 letters or digits"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <span class="hint">
          This does not change the tracker: send it the command “Change the password” first.
        </span>
      </div>
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
      title="Networks it may connect from"
      hint="Connections from elsewhere are refused. Empty: any network."
      change={change}
      onSave={() => void change.save({ sources: readNetworks(text) })}
    >
      <div class="field">
        <label for="sources">Networks, one a line</label>
        <textarea
          id="sources"
          rows={3}
          placeholder="198.51.100.0/24"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {session !== null && <span class="hint">It is connected from {session.remoteAddress}.</span>}
      </div>
    </SettingCard>
  )
}
