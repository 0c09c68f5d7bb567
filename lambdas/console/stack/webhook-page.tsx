import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { DeliveryAnswer, WebhookAnswer } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { limitText } from '../parts/device-limit.tsx'
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

const REFRESH_MS = 5_000

/** Undefined: it has not ended yet. */
const testText = (delivery: DeliveryAnswer | undefined): string =>
  delivery === undefined
    ? 'The receiver has not answered yet: the list of deliveries shows it when it has.'
    : `The test event was ${delivery.outcome}: ${answerText(delivery)}`

function Actions({
  webhook: { webhookId, state },
  onChanged,
  onSecret,
}: {
  webhook: WebhookAnswer
  onChanged: () => Promise<void>
  onSecret: (secret: string) => void
}) {
  const params = { path: { webhookId } }
  const [asked, setAsked] = useState<'rotate' | 'delete' | null>(null)
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
  const rotate = () =>
    run(async () => {
      setAsked(null)
      onSecret((await answerOf(api.POST('/v1/webhooks/{webhookId}/rotate', { params, body: {} }))).secret)
    })
  const remove = () =>
    run(async () => {
      setAsked(null)
      await api.DELETE('/v1/webhooks/{webhookId}', { params })
      location.hash = '#/settings/webhooks'
    })
  return (
    <>
      <div class="bar">
        <button class="primary" disabled={isBusy} onClick={() => void test()}>
          Send a test event
        </button>
        {(state === 'disabled' || state === 'paused') && (
          <button disabled={isBusy} onClick={() => void enable()}>
            Enable
          </button>
        )}
        <button disabled={isBusy} onClick={() => setAsked('rotate')}>
          New secret
        </button>
        <button disabled={isBusy} onClick={() => setAsked('delete')}>
          Delete
        </button>
      </div>
      <Trouble text={trouble} />
      {tested !== null && <p role="status">{tested}</p>}
      {asked === 'rotate' && (
        <Ask
          title="Make a new secret?"
          yes="Yes, make it"
          onYes={() => void rotate()}
          onNo={() => setAsked(null)}
        >
          <p class="situation">
            Deliveries are signed with both secrets for another day; give the receiver the new one until then.
          </p>
        </Ask>
      )}
      {asked === 'delete' && (
        <Ask
          title="Delete this webhook?"
          yes="Yes, delete it"
          onYes={() => void remove()}
          onNo={() => setAsked(null)}
        >
          <p class="situation">Events that wait for it are dropped. It cannot be brought back.</p>
        </Ask>
      )}
    </>
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
    <form class="card" aria-label="Change the webhook" onSubmit={(event) => void submit(event)}>
      <h2>Change</h2>
      <WebhookFields text={text} onInput={setText} />
      <Trouble text={trouble} />
      <div class="bar">
        <button class="primary" type="submit" disabled={isBusy}>
          Save
        </button>
        <button type="button" class="quiet" onClick={onSaved}>
          Close
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
            <span class={`chip ${webhook.state}`}>{webhook.state}</span>
          </div>
          <p>{stateText(webhook)}</p>
          <Actions webhook={webhook} onChanged={reload} onSecret={setSecret} />
          {secret !== null && (
            <ShownOnce title="The new secret" secret={secret} onClose={() => setSecret(null)} />
          )}
          <dl class="wide">
            {[
              ['URL', webhook.url],
              ['events', eventsText(webhook)],
              ['devices', limitText({ labels: webhook.labels, ids: webhook.deviceIds })],
              ['made', `${toDayAndClock(Date.parse(webhook.createdAt))} by key ${webhook.createdBy}`],
            ].map(([title, value]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {isEditing ? (
            <EditForm
              webhook={webhook}
              onSaved={() => {
                setEditing(false)
                void reload()
              }}
            />
          ) : (
            <button onClick={() => setEditing(true)}>Change</button>
          )}
        </>
      )}
      <h2>Last deliveries</h2>
      {deliveries.data !== null && <Deliveries items={deliveries.data.items} onRedeliver={redeliver} />}
    </StackPageFrame>
  )
}
