import { useState } from 'preact/hooks'
import { localTimeZone } from '../parts/days.ts'
import { InputField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import {
  choice,
  isTimeZone,
  keepChoice,
  languages,
  themes,
  unitSystems,
  type Choice,
} from '../text/choice.ts'
import { languageOf, t } from '../text/text.ts'

function Pick<Value extends string>({
  title,
  name,
  values,
  titleOf,
}: {
  title: string
  name: keyof Choice
  values: readonly Value[]
  titleOf: (value: Value) => string
}) {
  return (
    <div class="field">
      <label for={name}>{title}</label>
      <select id={name} name={name} defaultValue={String(choice[name])}>
        {values.map((value) => (
          <option key={value} value={value}>
            {titleOf(value)}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Stores the choice of a form; returns a sentence if the time zone is unknown. */
function keep(form: FormData): string | null {
  const typed = form.get('timeZone')
  const timeZone = typeof typed === 'string' ? typed.trim() : ''
  if (timeZone !== '' && !isTimeZone(timeZone)) return t.browser.unknownTimeZone(timeZone)
  const pick = <T extends string>(values: readonly T[], name: keyof Choice): T =>
    values.find((value) => value === form.get(name)) ?? values[0]!
  keepChoice({
    language: pick(languages, 'language'),
    units: pick(unitSystems, 'units'),
    theme: pick(themes, 'theme'),
    timeZone: timeZone === '' ? null : timeZone,
  })
  return null
}

/** Language, units, time zone and theme of this browser, for every user. */
export function BrowserPage() {
  const [trouble, setTrouble] = useState<string | null>(null)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const problem = keep(new FormData(event.currentTarget as HTMLFormElement))
    setTrouble(problem)
    if (problem === null) location.reload()
  }
  return (
    <main class="plain">
      <h1>{t.browser.title}</h1>
      <p class="hint">{t.browser.about}</p>
      <form class="card" onSubmit={submit}>
        <Pick
          title={t.browser.language}
          name="language"
          values={languages}
          titleOf={(value) => languageOf[value].title}
        />
        <Pick
          title={t.browser.units}
          name="units"
          values={unitSystems}
          titleOf={(value) => t.browser.unitsOf[value]}
        />
        <InputField
          id="timeZone"
          label={t.browser.timeZone}
          name="timeZone"
          list="time-zones"
          placeholder={t.browser.ownTimeZone(localTimeZone())}
          defaultValue={choice.timeZone ?? ''}
          aria-describedby="time-zone-hint"
        />
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <p id="time-zone-hint" class="hint">
          {t.browser.timeZoneHint}
        </p>
        <Pick
          title={t.browser.theme}
          name="theme"
          values={themes}
          titleOf={(value) => t.browser.themeOf[value]}
        />
        <Trouble text={trouble} />
        <p>
          <button class="primary" type="submit">
            {t.browser.save}
          </button>{' '}
          <button type="button" onClick={() => history.back()}>
            {t.browser.back}
          </button>
        </p>
      </form>
    </main>
  )
}
