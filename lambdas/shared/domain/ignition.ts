/**
 * How the ignition wire of a tracker is connected, as people set it: the status word shows the ignition as it is, the wrong way
 * around, or not at all. A tracker without the wire reports "off" while it drives (PROTOCOL.md section 3.1).
 */
export const ignitionWirings = ['normal', 'inverted', 'none'] as const
export type IgnitionWiring = (typeof ignitionWirings)[number]

const IGNITION_OFF = 1 << 10

/** Whether a status word (all bits active low) shows that the ignition is on; null: the wire is not connected. */
export const ignitionOn = (
  bits: number,
  { ignitionWiring }: { readonly ignitionWiring: IgnitionWiring },
): boolean | null =>
  ignitionWiring === 'none' ? null : ((bits & IGNITION_OFF) !== 0) !== (ignitionWiring === 'inverted')
