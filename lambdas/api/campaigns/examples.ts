import type { z } from '@hono/zod-openapi'
import { lastPage } from '../page.ts'
import type { CampaignAnswer, CampaignSummaryAnswer, partPageSchema } from './schema.ts'

const progress = { devices: 400, waiting: 300, open: 3, outcomes: { confirmed: 96, skipped: 1 } }

export const campaignSummaryExample: CampaignSummaryAnswer = {
  campaignId: '0mfhq3k2v0a1b2c3',
  name: 'Report every 20 s',
  state: 'running',
  phase: 'rest',
  intent: 'interval-on',
  title: 'Report interval, ignition on',
  danger: 'harmless',
  progress,
  reason: null,
  createdAt: '2026-01-31T08:00:01.196Z',
  createdBy: 'admin',
  endedAt: null,
}

export const campaignExample: CampaignAnswer = {
  ...campaignSummaryExample,
  params: { seconds: 20 },
  dialect: 'auto',
  select: { ids: null, labels: { fleet: 'north' }, model: 'ST-906L', firmware: null },
  canary: 4,
  perMinute: 60,
  stopWhen: { unanswered: 0.1, rejected: 0.1, contradicted: 1 },
  expiresInSeconds: 86_400,
  firmwares: [{ firmware: 'ST906(70SACD)_TQ_V_2.0 2024/06/07', ...progress }],
}

export const partPageExample: z.infer<typeof partPageSchema> = {
  campaignId: campaignExample.campaignId,
  ...lastPage({
    deviceId: '9170000000',
    firmware: 'ST906(70SACD)_TQ_V_2.0 2024/06/07',
    state: 'ended' as const,
    outcome: 'confirmed' as const,
    reason: null,
    commandId: '0mfhq3k2v0b2c3d4',
    sentAt: '2026-01-31T08:00:01.250Z',
    endedAt: '2026-01-31T08:01:05.310Z',
  }),
}
