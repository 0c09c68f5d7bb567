/**
 * Allowed sources are one string in a device's item: a login compares them in a condition, which can only compare
 * scalars.
 */
export const writeSources = (networks: readonly string[]): string => networks.join(' ')

/** Null: any source. */
export const readSources = (value: unknown): readonly string[] | null =>
  typeof value === 'string' && value !== '' ? value.split(' ') : null
