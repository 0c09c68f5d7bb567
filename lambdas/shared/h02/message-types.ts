import { READERS } from './messages/index.ts'

/** Every message type there is a reader for. Types on the wire may be anything; these are worth counting by name. */
export const MESSAGE_TYPES: ReadonlySet<string> = new Set([...READERS.keys(), 'transparent', '$', 'X'])
