import type { ComponentChildren } from 'preact'
import type { DevicePatch } from '../api/types.ts'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { t } from '../text/text.ts'

/** The names on the cards of the fields of a change. */
const titles = {
  '/name': t.settings.name,
  '/model': t.settings.model,
  '/password': t.settings.smsPassword,
  '/sources': t.settings.networksShort,
  '/relay/host': t.settings.host,
  '/relay/port': t.settings.port,
  '/relay': t.settings.relay,
  '/labels': t.settings.labels,
  '/speedLimitKmh': t.settings.speedLimitTitle,
  '/overrides/utcOffsetMinutes': t.settings.clock,
}

/** Saves changes of a device; `onChanged` reads the device again. */
export function useChange(deviceId: string, onChanged: () => void) {
  const action = useAction(titles)
  const save = async (body: DevicePatch, text = t.settings.saved): Promise<boolean> => {
    const params = { path: { deviceId } }
    const isSaved = await action.run(() => api.PATCH('/v1/devices/{deviceId}', { params, body }), text)
    if (isSaved) onChanged()
    return isSaved
  }
  return { ...action, save }
}

/** One subject of a device's settings with its own button. */
export function SettingCard({
  title,
  hint,
  change: { isBusy, trouble, done },
  onSave,
  more,
  children,
}: {
  title: string
  hint: string
  change: Pick<ReturnType<typeof useChange>, 'isBusy' | 'trouble' | 'done'>
  onSave: () => void
  /** More buttons, beside the one that saves. */
  more?: ComponentChildren
  children: ComponentChildren
}) {
  return (
    <form
      class="card"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault()
        onSave()
      }}
    >
      <h2>{title}</h2>
      <p class="hint">{hint}</p>
      {children}
      <Trouble text={trouble} />
      <div class="bar">
        <button class="primary" type="submit" disabled={isBusy}>
          {t.settings.save}
        </button>
        {more}
        <span class="hint" role="status">
          {done}
        </span>
      </div>
    </form>
  )
}

export type CardProps = { readonly deviceId: string; readonly onChanged: () => void }
