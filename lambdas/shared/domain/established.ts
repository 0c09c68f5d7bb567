import type { Session } from './device.ts'
import { isSameNetwork } from './network.ts'

/**
 * Commands with a secret are only written to an established session, because anyone who knows a device id can open one.
 * A session is established if it comes from the network of the device's last established session, or if it has
 * delivered at least two frames and no other socket of the device has sent one for a minute.
 */
export const ESTABLISH_MS = 60_000
const MIN_ESTABLISHING_FRAMES = 2

/** `establishedFrom`: the address of the last established session; null: there was none. */
export const isEstablished = (
  { remoteAddress }: Pick<Session, 'remoteAddress'>,
  establishedFrom: string | null,
): boolean => isSameNetwork(remoteAddress, establishedFrom)

/** What a gateway knows of a session from a new network. Times in ms. */
type NewSession = {
  readonly loggedInAt: number
  /** Number of frames that it has delivered since. */
  readonly frames: number
  /** The last frame of another socket of the device; 0: none known. */
  readonly otherSentAt: number
  readonly contestedUntil: number
}

/** When the session becomes established if no other socket sends anything, ms; null: not before more frames arrive. */
export const establishesAt = (session: NewSession, timeScale: number): number | null =>
  session.frames < MIN_ESTABLISHING_FRAMES
    ? null
    : Math.max(
        Math.max(session.loggedInAt, session.otherSentAt) + ESTABLISH_MS * timeScale,
        session.contestedUntil,
      )
