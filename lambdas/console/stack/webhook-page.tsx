import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { DeliveryAnswer, WebhookAnswer } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { limitText } from '../parts/device-limit.tsx'
import { FactList } from '../parts/fact-list.tsx'
import { toDayAndClock } from '../parts/format.ts'
import { ShownOnce } from '../parts/shown-once.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { Deliveries } from './deliveries.tsx'
import { StackPageFrame } from './stack-page.tsx'
import { toWebhookRequest, toWebhookText, WebhookFields, webhookTitles } from './webhook-fields.tsx'
import { answerText, eventsText, stateText } from './webhook-words.ts'
import { t } from '../text/text.ts'

const REFRESH_MS = 5_000

/** Undefined while the test is running. */
const testText = (delivery: DeliveryAnswer | undefined): string =>
  delivery === undefined
    ? t.stack.notAnswered
    : t.stack.tested(t.words.deliveries[delivery.outcome], answerText(delivery))

/** What is asked before it is done. */
const questions = {
  rotate: { title: t.stack.askNewSecret, yes: t.stack.yesMake, text: t.stack.bothSecrets },
  delete: { title: t.stack.askDeleteWebhook, yes: t.stack.yesDelete, text: t.stack.webhookGone },
}

function Actions({
  webhook: { webhookId, state },
  onChanged,
  onSecret,
  whileHeld,
}: {
  webhook: WebhookAnswer
  onChanged: () => Promise<void>
  onSecret: (secret: string) => void
  whileHeld: (work: () => Promise<void>) => Promise<void>
}) {
  const params = { path: { webhookId } }
  const [asked, setAsked] = useState<keyof typeof questions | null>(null)
  const [tested, setTested] = useState<string | null>(null)
  const { isBusy, trouble, run } = useAction()
  const test = () =>
    run(async () => {
      setTested(null)
      setTested(testText(await answerOf(api.POST('/v1/webhooks/{webhookId}/test', { params }))))
      await onChanged()
    })
  const enable = () =>
    run(async () => {
      await api.POST('/v1/webhooks/{webhookId}/enable', { params })
      await onChanged()
    })
  const confirmed = {
    rotate: async () =>
      onSecret((await answerOf(api.POST('/v1/webhooks/{webhookId}/rotate', { params, body: {} }))).secret),
    delete: () =>
      whileHeld(async () => {
        await api.DELETE('/v1/webhooks/{webhookId}', { params })
        location.hash = '#/settings/webhooks'
      }),
  }
  const confirm = (question: keyof typeof questions) =>
    run(async () => {
      setAsked(null)
      await confirmed[question]()
    })
  return (
    <>
      <div class="bar">
        <button class="primary" disabled={isBusy} onClick={() => void test()}>
          {t.stack.sendTest}
        </button>
        {(state === 'disabled' || state === 'paused') && (
          <button disabled={isBusy} onClick={() => void enable()}>
            {t.stack.enable}
          </button>
        )}
        <button disabled={isBusy} onClick={() => setAsked('rotate')}>
          {t.stack.newSecret}
        </button>
        <button disabled={isBusy} onClick={() => setAsked('delete')}>
          {t.stack.delete}
        </button>
      </div>
      <Trouble text={trouble} />
      {tested !== null && <p role="status">{tested}</p>}
      {asked !== null && (
        <Ask
          title={questions[asked].title}
          yes={questions[asked].yes}
          onYes={() => void confirm(asked)}
          onNo={() => setAsked(null)}
        >
          <p class="situation">{questions[asked].text}</p>
        </Ask>
      )}
    </>
  )
}

function Facts({ webhook }: { webhook: WebhookAnswer }) {
  const titles = t.stack.webhookFacts
  const { url, labels, deviceIds: ids, createdAt, createdBy } = webhook
  return (
    <FactList
      look="wide"
      facts={[
        [titles.url, url],
        [titles.events, eventsText(webhook)],
        [titles.devices, limitText({ labels, ids })],
        [titles.made, t.stack.madeByKey(toDayAndClock(Date.parse(createdAt)), createdBy)],
      ]}
    />
  )
}

function EditForm({ webhook, onSaved }: { webhook: WebhookAnswer; onSaved: () => void }) {
  const [text, setText] = useState(() => toWebhookText(webhook))
  const { isBusy, trouble, run } = useAction(webhookTitles)
  const params = { path: { webhookId: webhook.webhookId } }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const isSaved = await run(() =>
      api.PATCH('/v1/webhooks/{webhookId}', { params, body: toWebhookRequest(text) }),
    )
    if (isSaved) onSaved()
  }
  return (
    <form class="card" aria-label={t.stack.changeWebhook} onSubmit={(event) => void submit(event)}>
      <h2>{t.stack.change}</h2>
      <WebhookFields text={text} onInput={setText} />
      <Trouble text={trouble} />
      <div class="bar">
        <button class="primary" type="submit" disabled={isBusy}>
          {t.stack.save}
        </button>
        <button type="button" class="quiet" onClick={onSaved}>
          {t.stack.close}
        </button>
      </div>
    </form>
  )
}

export function WebhookPage({ webhookId }: { webhookId: string }) {
  const params = { path: { webhookId } }
  const every = { everyMs: REFRESH_MS }
  const { data: webhook, ...read } = useAnswer(
    () => answerOf(api.GET('/v1/webhooks/{webhookId}', { params })),
    every,
  )
  const deliveries = useAnswer(
    () => answerOf(api.GET('/v1/webhooks/{webhookId}/deliveries', { params })),
    every,
  )
  const [secret, setSecret] = useState<string | null>(null)
  const [isEditing, setEditing] = useState(false)
  const reload = async (): Promise<void> => {
    await Promise.all([read.reload(), deliveries.reload()])
  }
  const redeliver = async (deliveryId: string): Promise<void> => {
    const path = { webhookId, deliveryId }
    await api.POST('/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver', { params: { path } })
    await reload()
  }
  return (
    <StackPageFrame>
      <Trouble text={read.trouble ?? deliveries.trouble} />
      {webhook !== null && (
        <>
          <div class="bar">
            <h1 class="name">
              <bdi>{webhook.description ?? webhook.url}</bdi>
            </h1>
            <span class={`chip ${webhook.state}`}>{t.words.webhooks[webhook.state]}</span>
          </div>
          <p>{stateText(webhook)}</p>
          <Actions
            webhook={webhook}
            onChanged={reload}
            onSecret={setSecret}
            whileHeld={(work) => read.whileHeld(() => deliveries.whileHeld(work))}
          />
          {secret !== null && (
            <ShownOnce title={t.stack.theNewSecret} secret={secret} onClose={() => setSecret(null)} />
          )}
          <Facts webhook={webhook} />
          {isEditing ? (
            <EditForm
              webhook={webhook}
              onSaved={() => {
                setEditing(false)
                void reload()
              }}
            />
          ) : (
            <button onClick={() => setEditing(true)}>{t.stack.change}</button>
          )}
        </>
      )}
      <h2>{t.stack.lastDeliveries}</h2>
      {deliveries.data !== null && <Deliveries items={deliveries.data.items} onRedeliver={redeliver} />}
    </StackPageFrame>
  )
}
