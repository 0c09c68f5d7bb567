import type { Session } from './device.ts'

/**
 * A device is contested while two sockets deliver frames with its id from different addresses: two trackers, a clone or
 * a spoof. H02 has no authentication, so it cannot be determined which of them is the real device.
 */
export type Contest = {
  /** ms; null: never contested. */
  readonly contestedUntil: number | null
  /** The first frame of the other socket, ms, and the session that delivered it. */
  readonly contestedSince: number | null
  readonly contestedBy: string | null
}

export const noContest: Contest = { contestedUntil: null, contestedSince: null, contestedBy: null }

/** A contest lasts this long after the last frame of the other socket. */
export const CONTEST_MS = 30 * 60_000

/** No cut within this time after another socket of the device sent something: its next frame would contest the device. */
export const OTHER_SOCKET_MS = 60_000

export const isContested = (contestedUntil: number | null, now: number): boolean =>
  contestedUntil !== null && now < contestedUntil

/** Adds a frame of the other socket. Returns the same object if nothing changes. */
export function contest(before: Contest, frame: { readonly by: string; readonly at: number }): Contest {
  const until = frame.at + CONTEST_MS
  if (isContested(before.contestedUntil, frame.at)) {
    return until <= before.contestedUntil! ? before : { ...before, contestedUntil: until }
  }
  return { contestedUntil: until, contestedSince: frame.at, contestedBy: frame.by }
}

/** Reads the contest in a device's item. Items of the previous version have `conflictUntil` only. */
export function readContest(item: Readonly<Record<string, unknown>>): Contest {
  const until = [item.contestedUntil, item.conflictUntil].filter((value) => typeof value === 'number')
  return {
    contestedUntil: until.length === 0 ? null : Math.max(...until),
    contestedSince: typeof item.contestedSince === 'number' ? item.contestedSince : null,
    contestedBy: typeof item.contestedBy === 'string' ? item.contestedBy : null,
  }
}

/** What decides whether a dangerous command is accepted. `previous`: the session that the current session's login ended. */
type TakenOverDevice = {
  readonly contestedUntil: number | null
  readonly session: Session | null
  readonly previous: Pick<Session, 'remoteAddress'> | null
}

/**
 * Until when dangerous commands are refused, ms; null: they are not. Also after a take-over by another address: the
 * socket that lost the device may be the real one, and sends a frame within a minute if it moves.
 */
export function cutRefusedUntil(device: TakenOverDevice, now: number): number | null {
  const { contestedUntil, session, previous } = device
  const isTakenOver =
    session !== null && previous !== null && previous.remoteAddress !== session.remoteAddress
  const until = Math.max(contestedUntil ?? 0, isTakenOver ? session.since + OTHER_SOCKET_MS : 0)
  return until > now ? until : null
}
