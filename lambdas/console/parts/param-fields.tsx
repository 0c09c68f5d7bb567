import type { CatalogueEntryAnswer } from '../api/types.ts'
import { t } from '../text/text.ts'

type Params = CatalogueEntryAnswer['params']
type Param = Params['properties'][string]
/** The typed values by name; an empty one is left out. */
export type ParamValues = Readonly<Record<string, string>>

function Field({
  name,
  param,
  value,
  onInput,
  isRequired,
}: {
  name: string
  param: Param
  value: string
  onInput: (value: string) => void
  isRequired: boolean
}) {
  const id = `param-${name}`
  const range =
    param.minimum === undefined && param.maximum === undefined
      ? ''
      : t.common.range(String(param.minimum ?? '…'), String(param.maximum ?? '…'))
  const hint = [range, param['x-unit']].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>
        {param.title} {hint !== '' && <small>{hint}</small>}
      </label>
      {param.enum ? (
        <select
          id={id}
          data-param
          required={isRequired}
          value={value}
          onChange={(event) => onInput(event.currentTarget.value)}
        >
          {!isRequired && <option value="" />}
          {param.enum.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          data-param
          {...(param.writeOnly
            ? { type: 'password' as const }
            : param.type === 'integer'
              ? { type: 'number' as const, min: param.minimum, max: param.maximum }
              : { type: 'text' as const, pattern: param.pattern })}
          required={isRequired}
          autocomplete="off"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </div>
  )
}

/** Defaults, and the first choice of required parameters. */
export const startValues = ({ properties, required }: Params): ParamValues =>
  Object.fromEntries(
    Object.entries(properties).map(([name, { default: byDefault, enum: choices }]) => [
      name,
      String(byDefault ?? (required.includes(name) ? (choices?.[0] ?? '') : '')),
    ]),
  )

/** The parameters as the API accepts them. */
export const readParams = ({ properties }: Params, values: ParamValues): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, { type }]) => {
      const value = values[name] ?? ''
      return value === '' ? [] : [[name, type === 'integer' ? Number(value) : value]]
    }),
  )

/** A field for each parameter of a command, generated from their schema. */
export function ParamFields({
  params: { properties, required },
  values,
  onInput,
}: {
  params: Params
  values: ParamValues
  onInput: (values: ParamValues) => void
}) {
  return (
    <>
      {Object.entries(properties).map(([name, param]) => (
        <Field
          key={name}
          name={name}
          param={param}
          value={values[name] ?? ''}
          isRequired={required.includes(name)}
          onInput={(value) => onInput({ ...values, [name]: value })}
        />
      ))}
    </>
  )
}
