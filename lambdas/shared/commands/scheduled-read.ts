import { dangerOf, entryOf, isRead } from '#h02/catalogue/index.ts'

/** Only such commands may be sent without a request by a person each time. */
export function isHarmlessRead(intent: string, model: string | null): boolean {
  const entry = entryOf(intent)
  return entry !== null && isRead(intent) && dangerOf(entry, { dialect: 'auto', model }) === 'harmless'
}
