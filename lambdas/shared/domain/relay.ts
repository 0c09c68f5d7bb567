/**
 * Which bytes of the other server reach the tracker. `drop`: nothing. `harmless`: commands that the catalogue knows as harmless.
 * `all`: also disruptive and unknown ones, never one that cuts the engine, or could complete a cut.
 */
export const relayReplies = ['drop', 'harmless', 'all'] as const
export type RelayReplies = (typeof relayReplies)[number]

/** The other server that gets a copy of everything a device sends. */
export type RelayTarget = { readonly host: string; readonly port: number; readonly replies: RelayReplies }

/** In the audit, who wrote bytes of the other server to a tracker. */
export const RELAY = 'relay'

/** Reads the stored form; null for anything else. */
export function readRelay(value: unknown): RelayTarget | null {
  if (typeof value !== 'object' || value === null) return null
  const { host, port, replies } = value as Partial<RelayTarget>
  if (typeof host !== 'string' || typeof port !== 'number' || !relayReplies.includes(replies!)) return null
  return { host, port, replies: replies! }
}

export const isSameRelay = (a: RelayTarget | null, b: RelayTarget | null): boolean =>
  a?.host === b?.host && a?.port === b?.port && a?.replies === b?.replies
