import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { WebhookAnswer } from '../api/types.ts'
import { limitText } from '../parts/device-limit.tsx'
import { ShownOnce } from '../parts/shown-once.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { config } from '../state/config.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { MqttCard } from './mqtt-card.tsx'
import { StackPageFrame } from './stack-page.tsx'
import { emptyWebhook, toWebhookRequest, WebhookFields, webhookTitles } from './webhook-fields.tsx'
import { eventsText, stateText } from './webhook-words.ts'
import { t } from '../text/text.ts'

const REFRESH_MS = 10_000

function NewWebhookForm({ onMade }: { onMade: (url: string, secret: string) => void }) {
  const [text, setText] = useState(emptyWebhook)
  const { isBusy, trouble, run } = useAction(webhookTitles)
  const submit = (event: Event): void => {
    event.preventDefault()
    void run(async () => {
      const made = await answerOf(api.POST('/v1/webhooks', { body: toWebhookRequest(text) }))
      onMade(made.url, made.secret)
      setText(emptyWebhook)
    })
  }
  return (
    <form class="card" aria-label={t.stack.newWebhook} onSubmit={submit}>
      <h2>{t.stack.newWebhook}</h2>
      <WebhookFields text={text} onInput={setText} />
      <Trouble text={trouble} />
      <button class="primary" type="submit" disabled={isBusy}>
        {t.stack.makeWebhook}
      </button>
    </form>
  )
}

function Row({ webhook }: { webhook: WebhookAnswer }) {
  const { webhookId, url, state, description, labels, deviceIds } = webhook
  return (
    <li class="card">
      <div class="bar">
        <a class="name" href={`#/settings/webhooks/${encodeURIComponent(webhookId)}`}>
          <bdi>{description ?? url}</bdi>
        </a>
        <span class={`chip ${state}`}>{t.words.webhooks[state]}</span>
      </div>
      {description !== null && <p class="hint name">{url}</p>}
      <p class="hint">
        {eventsText(webhook)}; {limitText({ labels, ids: deviceIds })}
      </p>
      <p>{stateText(webhook)}</p>
    </li>
  )
}

/** The URLs that events are posted to. */
export function WebhooksPage() {
  const read = () => answerOf(api.GET('/v1/webhooks'))
  const { data, trouble, reload } = useAnswer(read, { everyMs: REFRESH_MS })
  const [made, setMade] = useState<{ url: string; secret: string } | null>(null)
  return (
    <StackPageFrame>
      <h1>{t.stack.webhooks}</h1>
      <p class="hint">{t.stack.webhooksHint}</p>
      <Trouble text={trouble} />
      {made !== null && (
        <ShownOnce
          key={made.secret}
          title={t.stack.secretOf(made.url)}
          secret={made.secret}
          onClose={() => setMade(null)}
        />
      )}
      <NewWebhookForm
        onMade={(url, secret) => {
          setMade({ url, secret })
          void reload()
        }}
      />
      {data?.items.length === 0 && <p class="empty">{t.stack.noWebhooks}</p>}
      <ul class="cards" aria-label={t.stack.webhooks}>
        {data?.items.map((webhook) => (
          <Row key={webhook.webhookId} webhook={webhook} />
        ))}
      </ul>
      {config.value?.setsMqtt === true && <MqttCard />}
    </StackPageFrame>
  )
}
