import { publishers } from '../rules/events.ts'
import type { Sources } from '../sources.ts'
import { five, type Curves, type Section } from './curves.ts'

/** Events, and their deliveries to webhooks. */
export const webhooksSection = ({ webhookQueue: { queue, dead } }: Sources, { ours }: Curves): Section => ({
  question: 'Do applications get their events?',
  hint: 'A receiver that fails shows as failed deliveries and as events that wait; other webhooks go on.',
  charts: [
    {
      title: 'Events published',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: [
        ours('ingest', 'EventsPublished', 'of frames: alarms, online, offline', 'Sum', five),
        ours('control', 'EventsPublished', 'of commands, campaigns, silent devices', 'Sum', five),
      ],
      right: publishers.map((part) => ours(part, 'EventsNotPublished', `failed in ${part}`, 'Sum', five)),
      rightUnit: 'failed per 5 minutes',
    },
    {
      title: 'Deliveries to webhooks',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: [
        ours('webhooks', 'Delivered', 'delivered', 'Sum', five),
        ours('webhooks', 'Failed', 'failed, to be repeated', 'Sum', five),
        ours('webhooks', 'Dropped', 'dropped: the webhook is disabled, expired or deleted', 'Sum', five),
      ],
    },
    {
      title: 'Events that wait for webhooks',
      kind: 'lines',
      unit: 's',
      curves: [
        queue.metricApproximateAgeOfOldestMessage({
          statistic: 'Maximum',
          period: five,
          label: 'age of the oldest',
        }),
      ],
      right: [
        queue.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: five,
          label: 'waiting',
        }),
        queue.metricApproximateNumberOfMessagesNotVisible({
          statistic: 'Maximum',
          period: five,
          label: 'in delivery, or put back',
        }),
        dead.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: five,
          label: 'in the dead-letter queue',
        }),
      ],
      rightUnit: 'events',
    },
  ],
})
