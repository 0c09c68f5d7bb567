import type { z } from '@hono/zod-openapi'
import { ignoresQuietHours } from '../../shared/domain/notices/rule.ts'
import type { channelSchema } from './channel-schema.ts'
import type { ruleSchema } from './schema.ts'

export const channelExample: z.infer<typeof channelSchema> = {
  channelId: 'nc_4f1d2c3b4a59',
  name: 'My phone',
  kind: 'ntfy',
  where: 'ntfy.sh',
  lastDeliveredAt: '2026-01-31T08:00:01.475Z',
  lastFailureAt: null,
  lastFailure: null,
  createdAt: '2026-01-10T12:00:00.125Z',
  createdBy: 'admin',
}

/** What requests for a rule show too. */
export const ruleBodyExample = {
  name: 'My car',
  on: [
    'alarm.raised:power-cut',
    'alarm.raised:sos',
    'alarm.raised:moved',
    'device.moved-parked',
    'device.silent',
  ],
  channels: [channelExample.channelId],
  quietHours: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
}

export const ruleExample: z.infer<typeof ruleSchema> = {
  ...ruleBodyExample,
  ruleId: 'nr_484976679c77',
  deviceIds: null,
  labels: null,
  places: null,
  quietHours: { ...ruleBodyExample.quietHours, days: null, except: [...ignoresQuietHours] },
  format: null,
  debounceMinutes: 5,
  enabled: true,
  createdAt: '2026-01-31T08:00:01.250Z',
  createdBy: 'admin',
  expiresAt: null,
}
