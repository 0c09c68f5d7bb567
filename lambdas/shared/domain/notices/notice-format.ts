import type { QuietHours } from './quiet-hours.ts'

export const noticeLanguages = ['en', 'de'] as const
export const unitSystems = ['metric', 'imperial'] as const

/** How the notices of a rule are written. */
export type NoticeFormat = {
  readonly language: (typeof noticeLanguages)[number]
  readonly units: (typeof unitSystems)[number]
  /** An IANA name; null: the zone of the quiet hours, else UTC. */
  readonly timeZone: string | null
}

const defaultFormat: NoticeFormat = { language: 'en', units: 'metric', timeZone: null }

/** The format with a time zone. A rule without a format, such as one of an earlier version, uses the default. */
export function formatOf({
  format,
  quietHours,
}: {
  readonly format: NoticeFormat | null
  readonly quietHours: QuietHours | null
}): NoticeFormat & { readonly timeZone: string } {
  const chosen = format ?? defaultFormat
  return { ...chosen, timeZone: chosen.timeZone ?? quietHours?.timeZone ?? 'UTC' }
}
