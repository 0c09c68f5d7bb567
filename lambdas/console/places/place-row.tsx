import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { FleetRow, PlaceAnswer } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { limitText } from '../parts/device-limit.tsx'
import { toLength } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { linkTo } from '../state/route.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { t } from '../text/text.ts'

function shapeText({ shape, stayMinutes }: PlaceAnswer): string {
  const form =
    shape.type === 'circle'
      ? t.places.circleText(toLength(shape.radiusMeters))
      : t.places.polygonText(shape.corners.length)
  return stayMinutes === null ? form : `${form}; ${t.places.stayText(stayMinutes)}`
}

function Inside({ rows }: { rows: readonly FleetRow[] }) {
  if (rows.length === 0) return <p class="hint">{t.places.empty}</p>
  return (
    <p>
      {t.places.inside}{' '}
      {rows.map(({ deviceId, name }, i) => (
        <>
          {i > 0 && ', '}
          <a key={deviceId} href={linkTo(deviceId)}>
            <bdi>{name ?? deviceId}</bdi>
          </a>
        </>
      ))}
    </p>
  )
}

/** A row of the list: a place, the devices inside, and its buttons. */
export function PlaceRow({
  place,
  inside,
  onShow,
  onEdit,
  onRemoved,
}: {
  place: PlaceAnswer
  inside: readonly FleetRow[]
  onShow: () => void
  onEdit: () => void
  onRemoved: () => void
}) {
  const { placeId, name, labels, deviceIds } = place
  const [isAsked, setAsked] = useState(false)
  const { isBusy, trouble, run } = useAction()
  const remove = async (): Promise<void> => {
    const params = { path: { placeId } }
    const isDone = await run(() => answerOf(api.DELETE('/v1/places/{placeId}', { params })))
    setAsked(false)
    if (isDone) onRemoved()
  }
  return (
    <li class="card">
      <h2 class="name">
        <bdi>{name}</bdi>
      </h2>
      <p class="hint">
        {shapeText(place)}; {limitText({ labels, ids: deviceIds })}
      </p>
      <Inside rows={inside} />
      <Trouble text={trouble} />
      <div class="bar">
        <button type="button" onClick={onShow}>
          {t.places.show(name)}
        </button>
        <button type="button" onClick={onEdit}>
          {t.places.edit(name)}
        </button>
        <button type="button" class="danger" onClick={() => setAsked(true)}>
          {t.places.remove(name)}
        </button>
      </div>
      {isAsked && (
        <Ask
          title={t.places.removeTitle(name)}
          yes={t.places.removeYes}
          isBusy={isBusy}
          onYes={() => void remove()}
          onNo={() => setAsked(false)}
        >
          <p>{t.places.removeHint}</p>
        </Ask>
      )}
    </li>
  )
}
