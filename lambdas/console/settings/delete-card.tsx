import { useState } from 'preact/hooks'
import { Ask } from '../parts/ask.tsx'
import { InputField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { refreshFleet } from '../state/fleet.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { t } from '../text/text.ts'

/** Deletes the device with its history, after its id was typed. */
export function DeleteCard({ deviceId, name }: { deviceId: string; name: string | null }) {
  const [isAsking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const { isBusy, trouble, run } = useAction()
  const remove = () =>
    run(async () => {
      setAsking(false)
      await api.DELETE('/v1/devices/{deviceId}', { params: { path: { deviceId } } })
      location.hash = '#/'
      await refreshFleet()
    })
  return (
    <section class="card" aria-label={t.settings.deleteDevice}>
      <h2>{t.settings.deleteDevice}</h2>
      <p class="hint">{t.settings.deleteHint}</p>
      <Trouble text={trouble} />
      <InputField
        id="delete-id"
        label={t.settings.typeToDelete(deviceId)}
        inputMode="numeric"
        autocomplete="off"
        value={typed}
        onInput={setTyped}
      />
      <button disabled={isBusy || typed.trim() !== deviceId} onClick={() => setAsking(true)}>
        {t.settings.delete}
      </button>
      {isAsking && (
        <Ask
          title={t.settings.deleteAsk(<bdi>{name ?? deviceId}</bdi>)}
          yes={t.settings.yesDelete}
          isBusy={isBusy}
          onYes={() => void remove()}
          onNo={() => setAsking(false)}
        >
          <p class="situation">{t.settings.cannotUndo}</p>
        </Ask>
      )}
    </section>
  )
}
