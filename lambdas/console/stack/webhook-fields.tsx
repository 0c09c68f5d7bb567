import { eventTypes } from '../../shared/domain/events/catalogue.ts'
import type { NewWebhook, WebhookAnswer } from '../api/types.ts'
import { DeviceLimitFields, readLimit, type LimitText } from '../parts/device-limit.tsx'
import { CheckField, InputField } from '../parts/fields.tsx'
import { toLabelText } from '../parts/labels.ts'
import { t } from '../text/text.ts'

type EventName = NonNullable<NewWebhook['events']>[number]

/** The fields of a webhook as typed. `events` null: all events. */
type WebhookText = LimitText & {
  readonly url: string
  readonly description: string
  readonly events: readonly EventName[] | null
}

export const emptyWebhook: WebhookText = { url: '', description: '', events: null, labels: '', ids: '' }

export const webhookTitles = {
  '/url': t.stack.url,
  '/events': t.stack.events,
  '/deviceIds': t.stack.deviceIds,
  '/labels': t.stack.labels,
  '/description': t.stack.description,
}

export const toWebhookText = ({
  url,
  description,
  events,
  labels,
  deviceIds,
}: WebhookAnswer): WebhookText => ({
  url,
  description: description ?? '',
  events: events.includes('*') ? null : (events as EventName[]),
  labels: labels === null ? '' : toLabelText(labels),
  ids: deviceIds?.join(' ') ?? '',
})

/** Throws a readable sentence for a field that is not valid. */
export function toWebhookRequest({ url, description, events, ...limit }: WebhookText): NewWebhook {
  const { labels, ids } = readLimit(limit)
  return {
    url: url.trim(),
    events: events === null ? ['*'] : [...events],
    description: description.trim() || null,
    labels,
    deviceIds: ids,
  }
}

function EventFields({
  events,
  onInput,
}: {
  events: WebhookText['events']
  onInput: (events: WebhookText['events']) => void
}) {
  const toggle = (name: EventName): void =>
    onInput(events?.includes(name) ? events.filter((one) => one !== name) : [...(events ?? []), name])
  return (
    <fieldset>
      <legend>{t.stack.events}</legend>
      <CheckField
        label={t.stack.allEvents}
        checked={events === null}
        onPick={() => onInput(events === null ? ['alarm.raised', 'alarm.cleared'] : null)}
      />
      {events !== null && (
        <div class="checks">
          {eventTypes.map((name) => (
            <label key={name}>
              <input type="checkbox" checked={events.includes(name)} onChange={() => toggle(name)} />
              {name}
            </label>
          ))}
        </div>
      )}
    </fieldset>
  )
}

/** The fields of a webhook, for a new webhook and for a changed one. */
export function WebhookFields({
  text,
  onInput,
}: {
  text: WebhookText
  onInput: (text: WebhookText) => void
}) {
  return (
    <>
      <div class="columns">
        <InputField
          id="webhook-url"
          label={t.stack.urlField}
          type="url"
          required
          placeholder="https://hooks.example.com/h02"
          value={text.url}
          onInput={(value) => onInput({ ...text, url: value })}
        />
        <InputField
          id="webhook-description"
          label={t.stack.descriptionOptional}
          maxLength={200}
          value={text.description}
          onInput={(value) => onInput({ ...text, description: value })}
        />
      </div>
      <EventFields events={text.events} onInput={(events) => onInput({ ...text, events })} />
      <DeviceLimitFields prefix="webhook" text={text} onInput={(limit) => onInput({ ...text, ...limit })} />
    </>
  )
}
