import { readers } from './messages/index.ts'

/** Every message type there is a reader for. Types on the wire may be anything; these are worth counting by name. */
export const messageTypes: ReadonlySet<string> = new Set([...readers.keys(), 'transparent', '$', 'X'])

/** The type if it is a known one. What a tracker made up may be thousands of characters long: it is not stored. */
export const toKnownType = (type: string | null): string | null =>
  type !== null && messageTypes.has(type) ? type : null
