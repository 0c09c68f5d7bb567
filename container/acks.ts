import { ackText, type AckKind } from '#h02'
import type { Connection } from './connection.ts'
import type { Unit } from './unit.ts'

/** Whom a delivered frame came from, and its type: what an ack must name. */
export type Sender = { readonly unit: Unit; readonly type: string | null }

/** A unit that leaves so much unread reads nothing any more. */
const mostUnread = 64 * 1024

/**
 * Writes acks of frames that the log has. All acks of a delivery that go to one socket go in one write: a write costs
 * more than all else that we do for a frame.
 */
export function createAcks({
  now,
  onAck,
  closeDeaf,
}: {
  now: () => number
  onAck: () => void
  closeDeaf: (connection: Connection) => void
}): { readonly add: (sender: Sender, kind: AckKind) => void; readonly flush: () => void } {
  const pending = new Map<Connection, string>()
  return {
    add: ({ unit, type }, kind) => {
      const { connection, maker, deviceId } = unit
      if (connection.closed) return
      const ack = ackText(kind, { maker, id: deviceId, type }, now())
      if (ack === null) return
      onAck()
      pending.set(connection, (pending.get(connection) ?? '') + ack)
    },
    flush: () => {
      for (const [connection, acks] of pending) {
        if (connection.socket.writableLength > mostUnread) closeDeaf(connection)
        else connection.socket.write(acks, 'latin1')
      }
      pending.clear()
    },
  }
}
