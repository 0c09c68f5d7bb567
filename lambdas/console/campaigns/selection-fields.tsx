import { useMemo } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { choicesOf, type SelectionText } from './selection.ts'
import { t } from '../text/text.ts'

type Field = Exclude<keyof SelectionText, 'ids'>

/** Selects devices that match all filled-in fields. */
export function SelectionFields({
  devices,
  text,
  onInput,
}: {
  devices: readonly DeviceAnswer[]
  text: SelectionText
  onInput: (text: SelectionText) => void
}) {
  const choices = useMemo(() => choicesOf(devices), [devices])
  const field = (name: Field, title: string, placeholder: string, list: readonly string[]) => (
    <div class="field">
      <label for={`select-${name}`}>{title}</label>
      <input
        id={`select-${name}`}
        list={`choices-${name}`}
        placeholder={placeholder}
        autocomplete="off"
        value={text[name]}
        onInput={(event) => onInput({ ...text, [name]: event.currentTarget.value })}
      />
      <datalist id={`choices-${name}`}>
        {list.map((choice) => (
          <option key={choice} value={choice} />
        ))}
      </datalist>
    </div>
  )
  return (
    <div class="columns">
      {field('labels', t.campaigns.labels, 'fleet=north, depot=7', choices.labels)}
      {field('model', t.campaigns.model, 'ST-906L', choices.models)}
      {field('firmware', t.campaigns.firmwareOrFamily, 'ST906', choices.firmwares)}
      <div class="field">
        <label for="select-ids">{t.campaigns.deviceIds}</label>
        <textarea
          id="select-ids"
          rows={2}
          placeholder="9170000000 9170000001"
          value={text.ids}
          onInput={(event) => onInput({ ...text, ids: event.currentTarget.value })}
        />
      </div>
    </div>
  )
}
