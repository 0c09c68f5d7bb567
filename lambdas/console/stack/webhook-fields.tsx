import { eventTypes } from '../../shared/domain/events/catalogue.ts'
import type { NewWebhook, WebhookAnswer } from '../api/types.ts'
import { DeviceLimitFields, readLimit, type LimitText } from '../parts/device-limit.tsx'
import { toLabelText } from '../parts/labels.ts'

type EventName = NonNullable<NewWebhook['events']>[number]

/** A webhook as people fill it in. `events` null: all. */
export type WebhookText = LimitText & {
  readonly url: string
  readonly description: string
  readonly events: readonly EventName[] | null
}

export const emptyWebhook: WebhookText = { url: '', description: '', events: null, labels: '', ids: '' }

export const webhookTitles = {
  '/url': 'URL',
  '/events': 'Events',
  '/deviceIds': 'Device ids',
  '/labels': 'Labels',
  '/description': 'Description',
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

/** Throws a sentence for what cannot be read. */
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
      <legend>Events</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={events === null}
          onChange={() => onInput(events === null ? ['alarm.raised', 'alarm.cleared'] : null)}
        />
        All, except device.moved, which comes with each report
      </label>
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

/** The fields of a webhook, of a new one and of one that is changed. */
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
        <div class="field">
          <label for="webhook-url">URL that events are posted to</label>
          <input
            id="webhook-url"
            type="url"
            required
            placeholder="https://hooks.example.com/h02"
            value={text.url}
            onInput={(event) => onInput({ ...text, url: event.currentTarget.value })}
          />
        </div>
        <div class="field">
          <label for="webhook-description">Description (optional)</label>
          <input
            id="webhook-description"
            maxLength={200}
            value={text.description}
            onInput={(event) => onInput({ ...text, description: event.currentTarget.value })}
          />
        </div>
      </div>
      <EventFields events={text.events} onInput={(events) => onInput({ ...text, events })} />
      <DeviceLimitFields prefix="webhook" text={text} onInput={(limit) => onInput({ ...text, ...limit })} />
    </>
  )
}
