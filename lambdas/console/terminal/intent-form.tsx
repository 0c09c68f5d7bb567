import { useEffect, useRef, useState } from 'preact/hooks'
import { dangerReasons } from '../../shared/h02/catalogue/danger-reasons.ts'
import type { CatalogueEntryAnswer, Order } from '../api/types.ts'

type Dialect = NonNullable<Order['dialect']>

type Param = CatalogueEntryAnswer['params']['properties'][string]

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
      : `${param.minimum ?? '…'} to ${param.maximum ?? '…'}`
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

/** The form of an intent, generated from the schema of its parameters. */
export function IntentForm({
  entry,
  isBusy,
  onSend,
  onClose,
}: {
  entry: CatalogueEntryAnswer
  isBusy: boolean
  onSend: (params: Record<string, string | number>, dialect: Dialect) => void
  onClose: () => void
}) {
  const { properties, required } = entry.params
  const names = Object.keys(properties)
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      names.map((name) => {
        const { default: byDefault, enum: choices } = properties[name]!
        return [name, String(byDefault ?? (required.includes(name) ? (choices?.[0] ?? '') : ''))]
      }),
    ),
  )
  const [dialect, setDialect] = useState<Dialect>('auto')
  const form = useRef<HTMLFormElement>(null)
  const why = dangerReasons[entry.danger]

  // After picking a command, people continue in its form, also by keyboard.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[data-param], [type=submit]')?.focus()
  }, [])

  const submit = (event: Event): void => {
    event.preventDefault()
    const params = Object.fromEntries(
      names
        .filter((name) => values[name] !== '')
        .map((name) => [name, properties[name]!.type === 'integer' ? Number(values[name]) : values[name]!]),
    )
    onSend(params, dialect)
  }

  return (
    <form
      ref={form}
      class="intent"
      aria-label={entry.title}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <div class="intent-head">
        <strong>{entry.title}</strong>
        {entry.danger !== 'harmless' && <span class={`chip ${entry.danger}`}>{entry.danger}</span>}
        {entry.experimental && <span class="chip">experimental</span>}
        <p class="hint">{entry.summary}</p>
        {why !== null && <p class="hint why">It asks for a confirmation: it {why}.</p>}
      </div>
      {names.map((name) => (
        <Field
          key={name}
          name={name}
          param={properties[name]!}
          value={values[name] ?? ''}
          isRequired={required.includes(name)}
          onInput={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      <div class="field">
        <label for="dialect">Wording</label>
        <select
          id="dialect"
          value={dialect}
          onChange={(event) => setDialect(event.currentTarget.value as Dialect)}
        >
          <option value="auto">{entry.auto === null ? 'choose one' : `automatic (${entry.auto})`}</option>
          {entry.dialects.map((one) => (
            <option key={one.dialect} value={one.dialect}>
              {one.dialect}: {one.word} ({one.confidence}
              {one.evidence.tried > 0 &&
                `, answered ${one.evidence.answered} of ${one.evidence.tried}${one.evidence.tookEffect === null ? '' : `, took effect ${one.evidence.tookEffect}`}`}
              )
            </option>
          ))}
        </select>
      </div>
      <div class="bar">
        <button type="button" onClick={onClose}>
          Close
        </button>
        <span class="spring" />
        <button class="primary" type="submit" disabled={isBusy}>
          {isBusy ? 'Sending…' : 'Send'}
        </button>
      </div>
    </form>
  )
}
