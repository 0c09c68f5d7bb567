import { InputField, type InputAttributes } from '../parts/fields.tsx'
import type { Change, Fields } from './fields.ts'

/** A field of the page; blanks around the value are removed. */
export function TextField({
  name,
  label,
  hint,
  fields,
  onChange,
  input = {},
}: {
  name: Exclude<keyof Fields, 'family'>
  label: string
  hint?: string
  fields: Fields
  onChange: Change
  input?: InputAttributes
}) {
  return (
    <InputField
      id={`add-${name}`}
      label={label}
      hint={hint}
      autocomplete="off"
      spellcheck={false}
      value={fields[name]}
      onInput={(value) => onChange({ [name]: value })}
      onChange={(event) => onChange({ [name]: event.currentTarget.value.trim() })}
      {...input}
    />
  )
}
