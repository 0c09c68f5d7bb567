import { ackText, type AckKind } from '#h02'
import type { Connection } from '../sockets/connection.ts'
import type { Clock } from './clock.ts'
import type { Session } from './session.ts'

/** The session that a frame came from, its type, and its ack, which is sent once the log has the frame. */
export type Sender = { readonly session: Session; readonly type: string | null; readonly ack: AckKind }

export type Acks = {
  readonly write: (senders: readonly Sender[]) => void
  readonly writeOut: (connection: Connection) => void
}

/** A tracker that leaves this much unread has stopped reading. */
const MAX_UNREAD_BYTES = 64 * 1024

/**
 * Writes the acks of frames that the log has. All acks of one delivery to one socket go into one write: a write costs
 * more than everything else that we do for a frame.
 */
export function createAcks({
  clock: { now, monotonic },
  onAck,
  awaitQuiet,
  close,
  guard,
}: {
  /** Acks contain the time of the wall clock. */
  readonly clock: Clock
  readonly onAck: () => void
  /** Calls `writeOut` once the socket may be written again. */
  readonly awaitQuiet: (connection: Connection) => void
  readonly close: (connection: Connection, reason: string) => void
  /** Runs the work of one connection; a fault in it affects no other. */
  readonly guard: (connection: Connection, work: () => void) => void
}): Acks {
  const writeOut = (connection: Connection): void => {
    const acks = connection.unwrittenAcks
    connection.unwrittenAcks = ''
    if (connection.closed) return
    if (connection.socket.writableLength > MAX_UNREAD_BYTES) close(connection, 'does not read its acks')
    else {
      connection.socket.write(acks, 'latin1')
      connection.sent.noteAck()
    }
  }
  return {
    writeOut,
    write: (senders) => {
      const sentAt = now()
      const at = monotonic()
      const speaking: Connection[] = []
      const add = ({ session: { connection, maker, deviceId }, type, ack }: Sender): void => {
        const text = ackText(ack, { maker, id: deviceId, type }, sentAt)
        if (text === null) return
        onAck()
        if (connection.unwrittenAcks === '') speaking.push(connection)
        connection.unwrittenAcks += text
      }
      for (const sender of senders) {
        const { connection } = sender.session
        if (!connection.closed) guard(connection, () => add(sender))
      }
      for (const connection of speaking) {
        guard(connection, () => {
          if (connection.quietUntil > at) awaitQuiet(connection)
          else writeOut(connection)
        })
      }
    },
  }
}
