import type { Sources } from '../sources.ts'
import { minutes, per, type AlarmRule } from './rule.ts'

const HOUR_SECONDS = 3_600
/** SQS looks for groups that it can give out among the first 120,000 messages only. */
const MAX_WAITING = 60_000

/** Alarms about deliveries to webhooks. */
export const webhookRules = ({ webhookQueue: { queue, dead } }: Sources): AlarmRule[] => [
  {
    id: 'WebhooksLate',
    title: 'Webhooks late',
    meaning:
      'For an hour events have waited for a webhook: its receiver fails, or deliveries do not run. After 24 hours a webhook that fails is disabled.',
    metric: queue.metricApproximateAgeOfOldestMessage({ ...per(minutes(5), 'Maximum') }),
    threshold: HOUR_SECONDS,
    points: [3, 3],
  },
  {
    id: 'WebhookBacklog',
    title: 'Webhook backlog',
    meaning:
      'More than 60,000 events wait for webhooks that fail. At 120,000 they delay the webhooks that work.',
    metric: queue.metricApproximateNumberOfMessagesVisible({ ...per(minutes(5), 'Maximum') }),
    threshold: MAX_WAITING,
    points: [2, 2],
  },
  {
    id: 'DeliveriesNotTried',
    title: 'Deliveries not tried',
    meaning:
      'Events for webhooks went to the dead-letter queue: our own function failed on them a thousand times.',
    metric: dead.metricApproximateNumberOfMessagesVisible({ ...per(minutes(5), 'Maximum') }),
    threshold: 0,
    points: [1, 1],
  },
]
