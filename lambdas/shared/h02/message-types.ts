import { readers } from './messages/index.ts'

/** All message types that have a reader. Trackers may send any type; only these are counted by name. */
export const messageTypes: ReadonlySet<string> = new Set([...readers.keys(), 'transparent', '$', 'X'])

/** The type if it is known. Other types are not stored: they may be thousands of characters long. */
export const toKnownType = (type: string | null): string | null =>
  type !== null && messageTypes.has(type) ? type : null
