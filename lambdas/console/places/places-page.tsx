import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Shape } from '../../shared/domain/places/place.ts'
import { answerOf } from '../api/client.ts'
import type { PlaceAnswer } from '../api/types.ts'
import { Trouble } from '../parts/trouble.tsx'
import { fleet, watchFleet } from '../state/fleet.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { t } from '../text/text.ts'
import { PlaceFields } from './place-form.tsx'
import { PlaceMap } from './place-map.tsx'
import { PlaceRow } from './place-row.tsx'
import { readPlaces } from './read-places.ts'
import { draftTitles, emptyDraft, shapeOnMap, toDraft, toRequest, withPoint, type Draft } from './draft.ts'

async function save(draft: Draft): Promise<void> {
  const body = toRequest(draft)
  await (draft.placeId === null
    ? answerOf(api.POST('/v1/places', { body }))
    : answerOf(api.PATCH('/v1/places/{placeId}', { params: { path: { placeId: draft.placeId } }, body })))
}

/** Places on a map and in a list; the form makes a new one or changes one. */
export function PlacesPage() {
  useEffect(watchFleet, [])
  const { data, trouble, reload } = useAnswer(readPlaces)
  const places = useSignal<readonly PlaceAnswer[] | null>(null)
  places.value = data
  const draft = useSignal(emptyDraft)
  const drawn = useComputed(() => shapeOnMap(draft.value))
  const target = useSignal<Shape | null>(null)
  const action = useAction(draftTitles)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { name } = draft.value
    if (!(await action.run(() => save(draft.value), t.places.saved(name.trim())))) return
    draft.value = emptyDraft
    await reload()
  }
  const edit = (place: PlaceAnswer): void => {
    draft.value = toDraft(place)
    target.value = place.shape
    document.getElementById('place-name')?.focus()
  }
  const { placeId, name } = draft.value
  return (
    <main class="plain places">
      <h1>{t.places.title}</h1>
      <p class="hint">{t.places.about}</p>
      <PlaceMap
        places={places}
        draft={drawn}
        target={target}
        onPoint={(point) => {
          draft.value = withPoint(draft.peek(), point)
        }}
      />
      <form
        class="card"
        aria-label={placeId === null ? t.places.add : t.places.change(name)}
        onSubmit={(event) => void submit(event)}
      >
        <h2>{placeId === null ? t.places.add : t.places.change(name)}</h2>
        <PlaceFields
          draft={draft.value}
          onInput={(next) => {
            draft.value = next
          }}
        />
        <Trouble text={action.trouble} />
        {action.done !== null && <p role="status">{action.done}</p>}
        <div class="bar">
          <button class="primary" type="submit" disabled={action.isBusy}>
            {t.places.save}
          </button>
          {placeId !== null && (
            <button
              type="button"
              onClick={() => {
                draft.value = emptyDraft
              }}
            >
              {t.places.cancel}
            </button>
          )}
        </div>
      </form>
      <Trouble text={trouble} />
      {data?.length === 0 && <p class="empty">{t.places.none}</p>}
      <ul class="cards" aria-label={t.places.list}>
        {data?.map((place) => (
          <PlaceRow
            key={place.placeId}
            place={place}
            inside={fleet.value.filter((row) => row.places.some((one) => one.placeId === place.placeId))}
            onShow={() => {
              target.value = { ...place.shape }
            }}
            onEdit={() => edit(place)}
            onRemoved={() => void reload()}
          />
        ))}
      </ul>
    </main>
  )
}
