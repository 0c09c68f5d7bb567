/** Types that carry the ICCID: sent after power-on, and rarely else (PROTOCOL.md sections 2.4, 2.5 and 2.7). */
const bootTypes: ReadonlySet<string> = new Set(['V6', 'V19', 'ICCID'])

/** Whether a frame of this type shows that the tracker was switched on or restarted. */
export const isBootType = (type: string | null): boolean => type !== null && bootTypes.has(type)
