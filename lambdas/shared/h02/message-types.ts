import { readers } from './messages/index.ts'

/** All message types that have a reader. Trackers may send any type; only these are counted by name. */
export const messageTypes: ReadonlySet<string> = new Set([...readers.keys(), 'transparent', '$', 'X'])

/** The type if it is known. Other types are not stored: they may be thousands of characters long. */
export const toKnownType = (type: string | null): string | null =>
  type !== null && messageTypes.has(type) ? type : null

/** Types that carry the ICCID: sent after power-on, and rarely at other times (PROTOCOL.md sections 2.4, 2.5 and 2.7). */
const bootTypes: ReadonlySet<string> = new Set(['V6', 'V19', 'ICCID'])

/** Whether a frame of this type shows that the tracker was switched on or restarted. */
export const isBootType = (type: string | null): boolean => type !== null && bootTypes.has(type)
