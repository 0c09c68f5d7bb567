import { useState } from 'preact/hooks'
import type { NoticeChannelAnswer, NoticeRuleAnswer, PlaceAnswer } from '../api/types.ts'
import { limitText } from '../parts/device-limit.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { t } from '../text/text.ts'
import { kindText } from './kinds.ts'
import { RuleForm } from './rule-form.tsx'

/** A rule as a sentence. */
function sentenceOf(
  { on, labels, deviceIds, channels: ids, places: placeIds, quietHours }: NoticeRuleAnswer,
  channels: readonly NoticeChannelAnswer[],
  places: readonly PlaceAnswer[],
): string {
  const names = ids.map(
    (id) => channels.find(({ channelId }) => channelId === id)?.name ?? t.notices.goneChannel,
  )
  const devices = limitText({ labels, ids: deviceIds })
  const at = placeIds?.map((id) => places.find(({ placeId }) => placeId === id)?.name ?? t.notices.gonePlace)
  const what = on.map(kindText).join(', ') + (at ? t.notices.atPlaces(at.join(', ')) : '')
  const sentence = t.notices.sentence(what, devices, names.join(', '))
  if (quietHours === null) return `${sentence}.`
  const { from, to, timeZone } = quietHours
  return `${sentence}${t.notices.exceptFrom(from, to, timeZone)}.`
}

export function Rule({
  rule,
  channels,
  places,
  onChanged,
}: {
  rule: NoticeRuleAnswer
  channels: readonly NoticeChannelAnswer[]
  places: readonly PlaceAnswer[]
  onChanged: () => Promise<void>
}) {
  const { ruleId, name, enabled } = rule
  const params = { path: { ruleId } }
  const [isEditing, setEditing] = useState(false)
  const { isBusy, trouble, run } = useAction()
  const change = (work: () => Promise<unknown>) =>
    run(async () => {
      await work()
      await onChanged()
    })
  const toggle = () =>
    change(() => api.PATCH('/v1/notice-rules/{ruleId}', { params, body: { enabled: !enabled } }))
  const remove = () => change(() => api.DELETE('/v1/notice-rules/{ruleId}', { params }))
  if (isEditing) {
    const done = (): void => {
      setEditing(false)
      void onChanged()
    }
    return (
      <li>
        <RuleForm rule={rule} channels={channels} places={places} onDone={done} />
      </li>
    )
  }
  return (
    <li class="card">
      <div class="bar">
        <span class="name">
          <bdi>{name}</bdi>
        </span>
        <span class="chip">{enabled ? t.notices.on : t.notices.off}</span>
      </div>
      <p>{sentenceOf(rule, channels, places)}</p>
      <div class="bar">
        <button aria-label={t.notices.changeOf(name)} disabled={isBusy} onClick={() => setEditing(true)}>
          {t.notices.change}
        </button>
        <button disabled={isBusy} onClick={() => void toggle()}>
          {enabled ? t.notices.switchOff : t.notices.switchOn}
        </button>
        <button aria-label={t.notices.removeOf(name)} disabled={isBusy} onClick={() => void remove()}>
          {t.notices.remove}
        </button>
      </div>
      <Trouble text={trouble} />
    </li>
  )
}
