import { useEffect, useRef, useState } from 'preact/hooks'
import { dangerReasons } from '../../shared/h02/catalogue/danger-reasons.ts'
import type { CatalogueEntryAnswer, Order } from '../api/types.ts'
import { ParamFields, readParams, startValues } from '../parts/param-fields.tsx'

type Dialect = NonNullable<Order['dialect']>

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
  const [values, setValues] = useState(() => startValues(entry.params))
  const [dialect, setDialect] = useState<Dialect>('auto')
  const form = useRef<HTMLFormElement>(null)
  const why = dangerReasons[entry.danger]

  // After picking a command, people continue in its form, also by keyboard.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[data-param], [type=submit]')?.focus()
  }, [])

  const submit = (event: Event): void => {
    event.preventDefault()
    onSend(readParams(entry.params, values), dialect)
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
      <ParamFields params={entry.params} values={values} onInput={setValues} />
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
