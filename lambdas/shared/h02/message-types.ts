import { READERS } from './messages/index.ts'

/** Every message type there is a reader for. Types on the wire may be anything; these are worth counting by name. */
export const MESSAGE_TYPES: ReadonlySet<string> = new Set([...READERS.keys(), 'transparent', '$', 'X'])

/** The type if it is a known one. What a tracker made up may be thousands of characters long: it is not stored. */
export const toKnownType = (type: string | null): string | null =>
  type !== null && MESSAGE_TYPES.has(type) ? type : null
