import { InputField } from './fields.tsx'
import { readIds, readLabels, toLabelText } from './labels.ts'
import { t } from '../text/text.ts'

/** The typed restriction to devices. Both empty: all devices. */
export type LimitText = { readonly labels: string; readonly ids: string }

/** `null`: not restricted. Throws a readable sentence for a field that is not valid. */
export const readLimit = ({ labels, ids }: LimitText) => ({ labels: readLabels(labels), ids: readIds(ids) })

/** `all devices`, `devices with fleet=north`, `2 devices`. */
export function limitText({
  labels,
  ids,
}: {
  readonly labels: Readonly<Record<string, string>> | null
  readonly ids: readonly string[] | null
}): string {
  const parts = [
    labels === null ? null : t.common.devicesWith(toLabelText(labels)),
    ids === null ? null : t.common.devicesNamed(ids.join(', ')),
  ].filter((part) => part !== null)
  return parts.length === 0 ? t.common.allDevices : parts.join(t.common.andOfThese)
}

/** `prefix` makes the ids of the fields unique. */
export function DeviceLimitFields({
  prefix,
  text,
  onInput,
}: {
  prefix: string
  text: LimitText
  onInput: (text: LimitText) => void
}) {
  return (
    <div class="columns">
      <InputField
        id={`${prefix}-labels`}
        label={t.common.onlyLabels}
        placeholder={t.common.allDevices}
        autocomplete="off"
        value={text.labels}
        onInput={(value) => onInput({ ...text, labels: value })}
      />
      <InputField
        id={`${prefix}-ids`}
        label={t.common.onlyIds}
        placeholder={t.common.allDevices}
        autocomplete="off"
        value={text.ids}
        onInput={(value) => onInput({ ...text, ids: value })}
      />
    </div>
  )
}
