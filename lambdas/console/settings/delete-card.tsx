import { useState } from 'preact/hooks'
import { Ask } from '../parts/ask.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { refreshFleet } from '../state/fleet.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'

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
    <section class="card" aria-label="Delete the device">
      <h2>Delete the device</h2>
      <p class="hint">
        Its positions, frames and commands are deleted too. When it connects again, it is listed as unknown.
      </p>
      <Trouble text={trouble} />
      <div class="field">
        <label for="delete-id">Type {deviceId} to delete it</label>
        <input
          id="delete-id"
          inputMode="numeric"
          autocomplete="off"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <button disabled={isBusy || typed.trim() !== deviceId} onClick={() => setAsking(true)}>
        Delete
      </button>
      {isAsking && (
        <Ask
          title={
            <>
              Delete <bdi>{name ?? deviceId}</bdi> and all its history?
            </>
          }
          yes="Yes, delete it"
          isBusy={isBusy}
          onYes={() => void remove()}
          onNo={() => setAsking(false)}
        >
          <p class="situation">This cannot be undone.</p>
        </Ask>
      )}
    </section>
  )
}
