import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { DeliveryAnswer, NoticeChannelAnswer, NoticeChannelList } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { toDayAndClock } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { inOwnLanguage } from '../text/sentences.ts'
import { t } from '../text/text.ts'

/** The answer of the service; those that this browser knows in its language. */
function answerText({ status, answer, error }: DeliveryAnswer): string {
  if (error !== null) return inOwnLanguage(error)
  return `HTTP ${status}, ${answer === null ? t.notices.noAnswerText : inOwnLanguage(answer)}`
}

/** Undefined while the test is running. */
function testText(name: string, delivery: DeliveryAnswer | undefined): string {
  if (delivery === undefined) return t.notices.testedLater(name)
  return delivery.outcome === 'delivered'
    ? t.notices.testedOk(name, answerText(delivery))
    : t.notices.testedFailed(name, answerText(delivery))
}

function lastText({ lastDeliveredAt }: NoticeChannelAnswer): string {
  return lastDeliveredAt === null
    ? t.notices.neverDelivered
    : t.notices.delivered(toDayAndClock(Date.parse(lastDeliveredAt)))
}

function Channel({ channel, onChanged }: { channel: NoticeChannelAnswer; onChanged: () => Promise<void> }) {
  const { channelId, name, kind, where, lastFailure, lastFailureAt } = channel
  const params = { path: { channelId } }
  const [isAsked, setAsked] = useState(false)
  const [tested, setTested] = useState<string | null>(null)
  const { isBusy, trouble, run } = useAction()
  const test = () =>
    run(async () => {
      setTested(null)
      setTested(testText(name, await answerOf(api.POST('/v1/notice-channels/{channelId}/test', { params }))))
      await onChanged()
    })
  const remove = () =>
    run(async () => {
      setAsked(false)
      await api.DELETE('/v1/notice-channels/{channelId}', { params })
      await onChanged()
    })
  return (
    <li class="card">
      <div class="bar">
        <span class="name">
          <bdi>{name}</bdi>
        </span>
        <span class="chip">{t.notices.kinds[kind]}</span>
        <span class="hint">{where}</span>
      </div>
      <p>{lastText(channel)}</p>
      {lastFailure !== null && lastFailureAt !== null && (
        <p class="trouble">
          {t.notices.failed(toDayAndClock(Date.parse(lastFailureAt)), inOwnLanguage(lastFailure))}
        </p>
      )}
      <div class="bar">
        <button aria-label={t.notices.testOf(name)} disabled={isBusy} onClick={() => void test()}>
          {t.notices.test}
        </button>
        <button aria-label={t.notices.removeOf(name)} disabled={isBusy} onClick={() => setAsked(true)}>
          {t.notices.remove}
        </button>
      </div>
      <Trouble text={trouble} />
      {tested !== null && <p role="status">{tested}</p>}
      {isAsked && (
        <Ask
          title={t.notices.removeTitle(name)}
          yes={t.notices.yesRemove}
          onYes={() => void remove()}
          onNo={() => setAsked(false)}
        >
          <p class="situation">{t.notices.removeText}</p>
        </Ask>
      )}
    </li>
  )
}

export function ChannelList({
  channels: { items, fromCommandLine },
  onChanged,
}: {
  channels: NoticeChannelList
  onChanged: () => Promise<void>
}) {
  if (items.length + fromCommandLine.length === 0) return <p class="empty">{t.notices.noChannels}</p>
  return (
    <ul class="cards" aria-label={t.notices.channels}>
      {items.map((channel) => (
        <Channel key={channel.channelId} channel={channel} onChanged={onChanged} />
      ))}
      {fromCommandLine.map(({ name, kind, events }) => (
        <li class="card" key={name}>
          <div class="bar">
            <span class="name">{name}</span>
            <span class="chip">{t.notices.kinds[kind]}</span>
            <span class="hint">{t.notices.commandLine}</span>
          </div>
          <p class="hint">{t.notices.commandLineHint(events.join(', '))}</p>
        </li>
      ))}
    </ul>
  )
}
