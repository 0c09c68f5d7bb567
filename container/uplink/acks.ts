import { ackText, type AckKind } from '#h02'
import type { Connection } from '../sockets/connection.ts'
import type { Session } from '../sessions/session.ts'

/** Whom a frame came from, its type, and the ack that is owed for it once the log has it. */
export type Sender = { readonly session: Session; readonly type: string | null; readonly ack: AckKind }

/** A tracker that leaves so much unread reads nothing any more. */
const mostUnread = 64 * 1024

/**
 * Writes the acks of frames that the log has. All acks of a delivery that go to one socket go in one write: a write
 * costs more than all else that we do for a frame.
 */
export function createAcks({
  now,
  monotonic,
  onAck,
  awaitQuiet,
  closeDeaf,
}: {
  /** The wall clock: acks carry the time. */
  now: () => number
  monotonic: () => number
  onAck: () => void
  /** Calls `writeOut` once the socket may speak again. */
  awaitQuiet: (connection: Connection) => void
  closeDeaf: (connection: Connection) => void
}): {
  readonly write: (senders: readonly Sender[]) => void
  readonly writeOut: (connection: Connection) => void
} {
  const writeOut = (connection: Connection): void => {
    const acks = connection.unwrittenAcks
    connection.unwrittenAcks = ''
    if (connection.closed) return
    if (connection.socket.writableLength > mostUnread) closeDeaf(connection)
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
      for (const { session, type, ack } of senders) {
        const { connection, maker, deviceId } = session
        if (connection.closed) continue
        const text = ackText(ack, { maker, id: deviceId, type }, sentAt)
        if (text === null) continue
        onAck()
        if (connection.unwrittenAcks === '') speaking.push(connection)
        connection.unwrittenAcks += text
      }
      for (const connection of speaking) {
        if (connection.quietUntil > at) awaitQuiet(connection)
        else writeOut(connection)
      }
    },
  }
}
