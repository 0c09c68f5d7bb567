/** ISO 8601 in UTC, with milliseconds. */
export const toIso = (ms: number): string => new Date(ms).toISOString()

/** A time in a text for people, to the second. */
export const toIsoSeconds = (ms: number): string => `${toIso(ms).slice(0, 19)}Z`
