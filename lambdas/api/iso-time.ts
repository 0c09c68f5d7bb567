import { z } from '@hono/zod-openapi'
import { toIso } from '../shared/domain/iso-time.ts'

const form = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+\- ]\d\d:?\d\d)$/i

const ACCEPTED = 'an ISO 8601 time with its zone, such as 2026-01-31T08:00:00Z or 2026-01-31T09:00:00+01:00'

/** ms since 1970 UTC; null if it is not valid. A time without a zone is ambiguous, and refused. */
function readIsoTime(text: string): number | null {
  const [, date, time, zone] = form.exec(text) ?? []
  if (!date || !time || !zone) return null
  // An unescaped + in a query string arrives as a blank.
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase().replace(' ', '+')}`)
  // Date.parse turns 31 February into a day in March; such a date is refused.
  const utcDay = new Date(`${date}T00:00:00Z`)
  return Number.isNaN(ms) || Number.isNaN(utcDay.getTime()) || !utcDay.toISOString().startsWith(date)
    ? null
    : ms
}

export const isoTimeInput = z
  .string()
  .transform((text, context) => {
    const ms = readIsoTime(text)
    if (ms !== null) return ms
    context.addIssue({ code: 'custom', message: `expected ${ACCEPTED}` })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time', example: '2026-01-31T08:00:00Z' })

/** The end of a range; its example is a day later. */
export const isoEndInput = isoTimeInput.openapi({ example: '2026-02-01T08:00:00Z' })

/** Our clock: with milliseconds. */
export const toReceivedIso = toIso

/** The device's clock counts seconds. */
export const toFixIso = (ms: number): string => {
  const text = new Date(ms).toISOString()
  return ms % 1_000 === 0 ? `${text.slice(0, -5)}Z` : text
}

export const orNull =
  <T>(convert: (ms: number) => T) =>
  (ms: number | null): T | null =>
    ms === null ? null : convert(ms)

export const receivedTime = z.iso.datetime().openapi({ description: 'UTC, our clock, with milliseconds' })
export const fixTime = z.iso.datetime().openapi({ description: "UTC, the device's clock" })
