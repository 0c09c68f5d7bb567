/**
 * Rows of history that were imported. Their session ids begin with four zeros: as the time of a login that is January
 * 1970, so no session of a gateway has such an id, and every session counts as newer. The next two digits are the source.
 */
export const importSources = ['traccar', 'traccar-frames', 'gpx', 'csv'] as const
export type ImportSource = (typeof importSources)[number]

/**
 * The frames that another server received, as it logged or stored them. Those of other sources were written by the
 * import, from a position that is all there was: in UTC, with the maker code `IM`.
 */
const RECEIVED_SOURCE: ImportSource = 'traccar-frames'

const START = '0000'

export const importPrefix = (source: ImportSource): string => `${START}0${importSources.indexOf(source) + 1}`

/** Null for a session of a gateway. */
export const importSourceOf = (sessionId: string): ImportSource | null =>
  sessionId.startsWith(START)
    ? (importSources[Number.parseInt(sessionId.slice(START.length, START.length + 2), 16) - 1] ?? null)
    : null

/** Minutes that the clock of a row's frame is ahead of UTC. */
export const clockOffsetOf = ({ sessionId }: { readonly sessionId: string }, ofDevice: number): number => {
  if (ofDevice === 0) return 0
  const source = importSourceOf(sessionId)
  return source === null || source === RECEIVED_SOURCE ? ofDevice : 0
}
