import type { ComponentChildren, InputHTMLAttributes, LooseInputHTMLAttributes } from 'preact'

/** What the API accepts as the name of a schedule or a command. */
export const nameRule = { required: true, maxLength: 40, pattern: String.raw`[a-z0-9][a-z0-9\-]*` } as const

type Named = {
  readonly id: string
  readonly label: ComponentChildren
  readonly hint?: ComponentChildren
}

/** What else an `InputField` can have. */
export type InputAttributes = Omit<LooseInputHTMLAttributes, 'id' | 'label' | 'onInput'> & {
  readonly list?: string
}

/** An input below its label. */
export function InputField({
  id,
  label,
  hint,
  onInput,
  ...input
}: Named & InputAttributes & { onInput?: (value: string) => void }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...(input as InputHTMLAttributes)}
        id={id}
        onInput={onInput && ((event) => onInput(event.currentTarget.value))}
      />
      {hint !== undefined && <span class="hint">{hint}</span>}
    </div>
  )
}

/** A check box before its label. */
export function CheckField({
  label,
  onPick,
  ...input
}: {
  label: ComponentChildren
  checked: boolean
  disabled?: boolean
  onPick: (isOn: boolean) => void
}) {
  return (
    <label class="check">
      <input {...input} type="checkbox" onChange={(event) => onPick(event.currentTarget.checked)} />
      {label}
    </label>
  )
}

/** A choice below its label: of `choices`, or of all that have a title. */
export function SelectField<Value extends string | number>({
  id,
  label,
  hint,
  value,
  titles,
  choices = Object.keys(titles) as Value[],
  onPick,
}: Named & {
  value: Value
  titles: Readonly<Record<Value, string>>
  choices?: readonly Value[]
  onPick: (value: Value) => void
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={String(value)}
        onChange={(event) => {
          const picked = choices.find((choice) => String(choice) === event.currentTarget.value)
          if (picked !== undefined) onPick(picked)
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={String(choice)}>
            {titles[choice]}
          </option>
        ))}
      </select>
      {hint !== undefined && <span class="hint">{hint}</span>}
    </div>
  )
}
