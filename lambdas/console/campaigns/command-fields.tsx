import { useEffect } from 'preact/hooks'
import { bySubject } from '../../shared/h02/catalogue/browse.ts'

import { answerOf } from '../api/client.ts'
import type { CatalogueEntryAnswer } from '../api/types.ts'
import { inWords } from '../parts/command-words.ts'
import { ParamFields, startValues, type ParamValues } from '../parts/param-fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

export type Chosen = { readonly entry: CatalogueEntryAnswer; readonly values: ParamValues }

/** Chooses the command from the catalogue of one of the devices. A campaign cannot send a dangerous command. */
export function CommandFields({
  deviceId,
  chosen,
  onChange,
}: {
  deviceId: string
  chosen: Chosen | null
  onChange: (chosen: Chosen | null) => void
}) {
  const read = async () =>
    inWords(await answerOf(api.GET('/v1/devices/{deviceId}/catalogue', { params: { path: { deviceId } } })))
  const { data, trouble } = useAnswer(read, { key: deviceId })
  const items = data?.items.filter(({ danger }) => danger !== 'dangerous') ?? []

  /** Another model has another catalogue: the chosen command stays selected if that catalogue has it too. */
  useEffect(() => {
    if (data === null || chosen === null) return
    const same = items.find(({ intent }) => intent === chosen.entry.intent)
    if (same !== chosen.entry) onChange(same === undefined ? null : { ...chosen, entry: same })
  }, [data])

  const pick = (intent: string): void => {
    const entry = items.find((one) => one.intent === intent)
    onChange(entry === undefined ? null : { entry, values: startValues(entry.params) })
  }
  const danger = chosen?.entry.danger ?? 'harmless'
  const why = danger === 'harmless' ? null : t.words.dangerReasons[danger]
  return (
    <>
      <Trouble text={trouble} />
      <div class="columns">
        <div class="field">
          <label for="intent">{t.campaigns.command}</label>
          <select
            id="intent"
            required
            value={chosen?.entry.intent ?? ''}
            onChange={(event) => pick(event.currentTarget.value)}
          >
            <option value="">{t.campaigns.chooseOne}</option>
            {bySubject(items).map(({ subject, items: some }) => (
              <optgroup key={subject} label={wordOf(t.words.subjects, subject)}>
                {some.map(({ intent, title, danger }) => (
                  <option key={intent} value={intent}>
                    {danger === 'harmless' ? title : `${title} (${t.words.dangers[danger]})`}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </div>
        {chosen !== null && (
          <ParamFields
            params={chosen.entry.params}
            values={chosen.values}
            onInput={(values) => onChange({ ...chosen, values })}
          />
        )}
      </div>
      {chosen !== null && <p class="hint">{chosen.entry.summary}</p>}
      {why !== null && <p class="hint why">{t.campaigns.why(why)}</p>}
    </>
  )
}
