import { readIds, readLabels, toLabelText } from './labels.ts'

/** Which devices something is for, as typed. Both empty: all. */
export type LimitText = { readonly labels: string; readonly ids: string }

/** `null`: not restricted. Throws a sentence for what cannot be read. */
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
    labels === null ? null : `devices with ${toLabelText(labels)}`,
    ids === null ? null : `devices ${ids.join(', ')}`,
  ].filter((part) => part !== null)
  return parts.length === 0 ? 'all devices' : parts.join(', and of these ')
}

/** `prefix` keeps the ids of fields apart. */
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
      <div class="field">
        <label for={`${prefix}-labels`}>Only devices with these labels</label>
        <input
          id={`${prefix}-labels`}
          placeholder="all devices"
          autocomplete="off"
          value={text.labels}
          onInput={(event) => onInput({ ...text, labels: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for={`${prefix}-ids`}>Only devices with these ids</label>
        <input
          id={`${prefix}-ids`}
          placeholder="all devices"
          autocomplete="off"
          value={text.ids}
          onInput={(event) => onInput({ ...text, ids: event.currentTarget.value })}
        />
      </div>
    </div>
  )
}
