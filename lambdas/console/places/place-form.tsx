import { placeLimits, type Shape } from '../../shared/domain/places/place.ts'
import { DeviceLimitFields } from '../parts/device-limit.tsx'
import { t } from '../text/text.ts'
import { InputField } from '../parts/fields.tsx'
import { radiusTitle, withoutLastCorner, type Draft } from './draft.ts'

type Props = { readonly draft: Draft; readonly onInput: (draft: Draft) => void }

function Field({
  name,
  label,
  draft,
  onInput,
  isNumber = true,
}: Props & {
  readonly name: 'name' | 'latitude' | 'longitude' | 'radius' | 'stay'
  readonly label: string
  readonly isNumber?: boolean
}) {
  return (
    <InputField
      id={`place-${name}`}
      label={label}
      autocomplete="off"
      required={name !== 'stay'}
      inputMode={isNumber ? 'decimal' : 'text'}
      maxLength={isNumber ? 20 : placeLimits.nameLength}
      value={draft[name]}
      onInput={(value) => onInput({ ...draft, [name]: value })}
    />
  )
}

const shapeTypes: readonly Shape['type'][] = ['circle', 'polygon']

function ShapeFields(props: Props) {
  const { draft, onInput } = props
  return (
    <>
      <fieldset>
        <legend>{t.places.shape}</legend>
        <div class="checks">
          {shapeTypes.map((type) => (
            <label key={type}>
              <input
                type="radio"
                name="place-type"
                checked={draft.type === type}
                onChange={() => onInput({ ...draft, type })}
              />
              {t.places.shapeOf[type]}
            </label>
          ))}
        </div>
      </fieldset>
      <p class="hint">{draft.type === 'circle' ? t.places.circleHint : t.places.polygonHint}</p>
      {draft.type === 'circle' ? (
        <div class="columns">
          <Field {...props} name="latitude" label={t.places.latitude} />
          <Field {...props} name="longitude" label={t.places.longitude} />
          <Field {...props} name="radius" label={radiusTitle} />
        </div>
      ) : (
        <div class="field">
          <label for="place-corners">{t.places.corners}</label>
          <textarea
            id="place-corners"
            rows={5}
            spellcheck={false}
            value={draft.corners}
            onInput={(event) => onInput({ ...draft, corners: event.currentTarget.value })}
          />
          <button
            type="button"
            disabled={draft.corners.trim() === ''}
            onClick={() => onInput(withoutLastCorner(draft))}
          >
            {t.places.removeLast}
          </button>
        </div>
      )}
    </>
  )
}

/** The fields of a place, for a new place and for a changed one. */
export function PlaceFields(props: Props) {
  const { draft, onInput } = props
  return (
    <>
      <Field {...props} name="name" label={t.places.name} isNumber={false} />
      <ShapeFields {...props} />
      <Field {...props} name="stay" label={t.places.stay} />
      <DeviceLimitFields prefix="place" text={draft} onInput={(limit) => onInput({ ...draft, ...limit })} />
    </>
  )
}
