import { useEffect, useRef, useState } from 'preact/hooks'
import { Trouble } from '../parts/trouble.tsx'
import { refreshFleet } from '../state/fleet.ts'
import { linkTo } from '../state/route.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import type { toRegistration } from './fields.ts'
import { t } from '../text/text.ts'

const titles = { '/name': t.add.name, '/password': t.add.password, '/cameFrom': t.add.oldServer }

/** Adopts an unknown id that has connected. `body`: the other fields of the request, without the name. */
export function AdoptForm({
  deviceId,
  body = {},
  onAdopted = () => {
    location.hash = linkTo(deviceId)
  },
}: {
  deviceId: string
  body?: ReturnType<typeof toRegistration>
  onAdopted?: () => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const name = typed ?? body.name ?? ''
  const { isBusy, trouble, run } = useAction(titles)
  const adopt = async (): Promise<void> => {
    const isAdopted = await run(async () => {
      const params = { path: { deviceId } }
      const named = { ...body, ...(name.trim() !== '' && { name: name.trim() }) }
      await api.POST('/v1/unknown-devices/{deviceId}/adopt', { params, body: named })
      await refreshFleet()
    })
    if (isAdopted) onAdopted()
  }
  return (
    <form
      class="adopt"
      onSubmit={(event) => {
        event.preventDefault()
        void adopt()
      }}
    >
      <div class="bar">
        <label for={`adopt-${deviceId}`}>{t.add.name}</label>
        <input
          id={`adopt-${deviceId}`}
          maxLength={100}
          autocomplete="off"
          placeholder={deviceId}
          value={name}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button class="primary" type="submit" disabled={isBusy} aria-label={t.add.adoptNamed(deviceId)}>
          {isBusy ? t.add.adopting : t.add.adopt}
        </button>
      </div>
      <Trouble text={trouble} />
    </form>
  )
}

/** The same as a dialog over the list of unknown devices. */
export function AdoptDialog({ deviceId, onClose }: { deviceId: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-labelledby="adopt-title" onClose={onClose}>
      <h2 id="adopt-title">{t.add.adoptDevice(deviceId)}</h2>
      <p class="hint">{t.add.adoptHint}</p>
      <AdoptForm deviceId={deviceId} onAdopted={onClose} />
      <div class="bar">
        <button type="button" onClick={() => dialog.current?.close()}>
          {t.add.cancel}
        </button>
      </div>
    </dialog>
  )
}
