/** Values of stored attributes: null if absent or of another type. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
export const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null)
