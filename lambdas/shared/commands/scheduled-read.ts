import { dangerOf, entryOf, isRead } from '#h02/catalogue/index.ts'

/** Only this may be sent without a person who asks for it each time. */
export function isHarmlessRead(intent: string, model: string | null): boolean {
  const entry = entryOf(intent)
  return entry !== null && isRead(intent) && dangerOf(entry, { dialect: 'auto', model }) === 'harmless'
}
