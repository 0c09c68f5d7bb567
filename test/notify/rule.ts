import type { NoticeRule } from '#shared/domain/notices/rule.ts'

/** A rule for all alarms of all devices, without quiet hours. */
export const ruleOf = (more: Partial<NoticeRule> = {}): NoticeRule => ({
  ruleId: 'nr_000000000001',
  name: 'My cars',
  on: ['alarm.raised'],
  devices: null,
  places: null,
  channels: ['nc_000000000001'],
  quietHours: null,
  format: null,
  debounceMinutes: 5,
  enabled: true,
  limit: null,
  createdAt: 0,
  createdBy: 'admin',
  expiresAt: null,
  ...more,
})
