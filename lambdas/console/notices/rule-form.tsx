import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { NoticeChannelAnswer, NoticeRuleAnswer, PlaceAnswer } from '../api/types.ts'
import { DeviceLimitFields } from '../parts/device-limit.tsx'
import { CheckField, InputField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { t } from '../text/text.ts'
import { kindsInQuietHours, kindText, offeredKinds } from './kinds.ts'
import { emptyRule, isAboutPlaces, toRuleRequest, toRuleText, type RuleText } from './rule-text.ts'

const titles = {
  '/name': t.notices.ruleName,
  '/on': t.notices.when,
  '/places': t.notices.onlyPlaces,
  '/channels': t.notices.notify,
  '/quietHours/timeZone': t.notices.timeZone,
  '/quietHours/to': t.notices.to,
}

const toggled = (list: readonly string[], one: string): readonly string[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one]

function Checks({
  title,
  values,
  textOf,
  chosen,
  onInput,
}: {
  title: string
  values: readonly string[]
  textOf: (value: string) => string
  chosen: readonly string[]
  onInput: (chosen: readonly string[]) => void
}) {
  return (
    <fieldset>
      <legend>{title}</legend>
      <div class="checks">
        {values.map((value) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={() => onInput(toggled(chosen, value))}
            />
            {textOf(value)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function quietHint(text: RuleText): string {
  const anyway = kindsInQuietHours(text)
  return anyway.length === 0 ? t.notices.quietHintNone : t.notices.quietHint(anyway.map(kindText).join(', '))
}

function QuietFields({ text, onInput }: { text: RuleText; onInput: (text: RuleText) => void }) {
  const times = [
    ['from', t.notices.from],
    ['to', t.notices.to],
  ] as const
  return (
    <fieldset>
      <legend>{t.notices.quiet}</legend>
      <CheckField
        label={t.notices.quietSwitch}
        checked={text.isQuiet}
        onPick={() => onInput({ ...text, isQuiet: !text.isQuiet })}
      />
      {text.isQuiet && (
        <>
          <div class="columns">
            {times.map(([name, title]) => (
              <InputField
                key={name}
                id={`quiet-${name}`}
                label={title}
                type="time"
                required
                value={text[name]}
                onInput={(value) => onInput({ ...text, [name]: value })}
              />
            ))}
            <InputField
              id="quiet-zone"
              label={t.notices.timeZone}
              required
              value={text.timeZone}
              onInput={(value) => onInput({ ...text, timeZone: value })}
            />
          </div>
          <p class="hint">{quietHint(text)}</p>
        </>
      )}
    </fieldset>
  )
}

/** The places of a rule for events about places. */
function PlaceFields({
  text,
  places,
  onInput,
}: {
  text: RuleText
  places: readonly PlaceAnswer[]
  onInput: (places: readonly string[]) => void
}) {
  if (!isAboutPlaces(text.on)) return null
  const names = new Map(places.map(({ placeId, name }) => [placeId, name]))
  const ids = [...new Set([...names.keys(), ...text.places])]
  if (ids.length === 0) return <p class="hint">{t.notices.noPlaces}</p>
  return (
    <Checks
      title={t.notices.onlyPlaces}
      values={ids}
      textOf={(id) => names.get(id) ?? t.notices.gonePlace}
      chosen={text.places}
      onInput={onInput}
    />
  )
}

/** The form of a new or a changed rule. */
export function RuleForm({
  rule,
  channels,
  places,
  onDone,
}: {
  rule: NoticeRuleAnswer | null
  channels: readonly NoticeChannelAnswer[]
  places: readonly PlaceAnswer[]
  onDone: () => void
}) {
  const [text, setText] = useState(() => (rule === null ? emptyRule : toRuleText(rule)))
  const { isBusy, trouble, run } = useAction(titles)
  const names = new Map(channels.map(({ channelId, name }) => [channelId, name]))
  const kinds = [...new Set([...offeredKinds, ...text.on])]
  const title = rule === null ? t.notices.newRule : t.notices.changeRule(rule.name)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const isSaved = await run(async () => {
      const body = toRuleRequest(text, rule)
      if (rule === null) return answerOf(api.POST('/v1/notice-rules', { body }))
      const params = { path: { ruleId: rule.ruleId } }
      return answerOf(api.PATCH('/v1/notice-rules/{ruleId}', { params, body }))
    })
    if (!isSaved) return
    setText(emptyRule)
    onDone()
  }
  return (
    <form class="card" aria-label={title} onSubmit={(event) => void submit(event)}>
      <h3>{title}</h3>
      <InputField
        id="rule-name"
        label={t.notices.ruleName}
        required
        maxLength={80}
        autocomplete="off"
        value={text.name}
        onInput={(value) => setText({ ...text, name: value })}
      />
      <Checks
        title={t.notices.when}
        values={kinds}
        textOf={kindText}
        chosen={text.on}
        onInput={(on) => setText({ ...text, on })}
      />
      <p class="hint">{t.notices.movedHint}</p>
      <PlaceFields text={text} places={places} onInput={(chosen) => setText({ ...text, places: chosen })} />
      <DeviceLimitFields prefix="rule" text={text} onInput={(limit) => setText({ ...text, ...limit })} />
      <Checks
        title={t.notices.notify}
        values={[...new Set([...names.keys(), ...text.channels])]}
        textOf={(id) => names.get(id) ?? t.notices.goneChannel}
        chosen={text.channels}
        onInput={(chosen) => setText({ ...text, channels: chosen })}
      />
      <QuietFields text={text} onInput={setText} />
      <p class="hint">{t.notices.formatHint}</p>
      <Trouble text={trouble} />
      <div class="bar">
        <button class="primary" type="submit" disabled={isBusy}>
          {rule === null ? t.notices.addRule : t.notices.save}
        </button>
        {rule !== null && (
          <button type="button" class="quiet" onClick={onDone}>
            {t.notices.close}
          </button>
        )}
      </div>
    </form>
  )
}
