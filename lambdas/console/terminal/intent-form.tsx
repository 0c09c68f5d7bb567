import { useEffect, useRef, useState } from 'preact/hooks'

import type { CatalogueEntryAnswer, Order } from '../api/types.ts'
import { ParamFields, readParams, startValues } from '../parts/param-fields.tsx'
import { t } from '../text/text.ts'

type Dialect = NonNullable<Order['dialect']>

function WordingField({
  entry,
  dialect,
  onPick,
}: {
  entry: CatalogueEntryAnswer
  dialect: Dialect
  onPick: (dialect: Dialect) => void
}) {
  return (
    <div class="field">
      <label for="dialect">{t.terminal.wording}</label>
      <select id="dialect" value={dialect} onChange={(event) => onPick(event.currentTarget.value as Dialect)}>
        <option value="auto">
          {entry.auto === null ? t.terminal.chooseOne : t.terminal.automatic(entry.auto)}
        </option>
        {entry.dialects.map((one) => (
          <option key={one.dialect} value={one.dialect}>
            {one.dialect}: {one.word} ({t.terminal.confidences[one.confidence]}
            {one.evidence.tried > 0 && t.terminal.answeredOf(one.evidence.answered, one.evidence.tried)}
            {one.evidence.tried > 0 &&
              one.evidence.tookEffect !== null &&
              t.terminal.tookEffect(one.evidence.tookEffect)}
            )
          </option>
        ))}
      </select>
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
  const [values, setValues] = useState(() => startValues(entry.params))
  const [dialect, setDialect] = useState<Dialect>('auto')
  const form = useRef<HTMLFormElement>(null)
  const why = entry.danger === 'harmless' ? null : t.words.dangerReasons[entry.danger]

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
        {entry.danger !== 'harmless' && (
          <span class={`chip ${entry.danger}`}>{t.words.dangers[entry.danger]}</span>
        )}
        {entry.experimental && <span class="chip">{t.terminal.experimental}</span>}
        <p class="hint">{entry.summary}</p>
        {why !== null && <p class="hint why">{t.terminal.why(why)}</p>}
      </div>
      <ParamFields params={entry.params} values={values} onInput={setValues} />
      <WordingField entry={entry} dialect={dialect} onPick={setDialect} />
      <div class="bar">
        <button type="button" onClick={onClose}>
          {t.terminal.close}
        </button>
        <span class="spring" />
        <button class="primary" type="submit" disabled={isBusy}>
          {isBusy ? t.terminal.sending : t.terminal.send}
        </button>
      </div>
    </form>
  )
}
