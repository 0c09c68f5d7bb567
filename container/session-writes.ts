import { commandSecrets } from '#h02/catalogue/index.ts'
import type { RelayedPiece } from './relay/relay-host.ts'
import type { SessionRunner } from './sessions/session-runner.ts'
import type { Session } from './sessions/session.ts'
import type { Connection } from './sockets/connection.ts'
import { HASH } from '#h02/ascii.ts'

/** A text command has no terminator: the tracker takes it as complete after this silence (PROTOCOL.md section 5.3). */
const QUIET_AFTER_TEXT_MS = 300

type Done = (error: unknown) => void

export type SessionWrites = ReturnType<typeof createSessionWrites>

/**
 * Writes bytes other than acks to a tracker. Each write is logged in the order of the session's events: it counts as written when
 * the socket gets it, even if the write fails later.
 */
export function createSessionWrites({
  forward,
  guard,
  monotonic,
}: {
  readonly forward: SessionRunner['forward']
  readonly guard: (connection: Connection, work: () => void) => void
  readonly monotonic: () => number
}) {
  const write = (session: Session, kind: 'written' | 'relayed', bytes: Uint8Array, done?: Done): void => {
    const { connection } = session
    forward(session, kind, bytes, kind === 'relayed' ? { length: bytes.length } : {})
    if (bytes.at(-1) !== HASH) {
      connection.quietUntil = monotonic() + QUIET_AFTER_TEXT_MS
      if (kind === 'relayed') connection.relayQuietUntil = connection.quietUntil
    }
    connection.sent.note(bytes)
    connection.socket.write(bytes, done)
  }

  return {
    writeCommand: (session: Session, bytes: Uint8Array, done: Done): void => {
      const { connection } = session
      const waitMs = connection.relayQuietUntil - monotonic()
      if (waitMs <= 0) return write(session, 'written', bytes, done)
      // The tracker would read it as the rest of a text that the other server sent a moment ago.
      setTimeout(() => {
        if (connection.closed) done(new Error('the socket has closed'))
        else guard(connection, () => write(session, 'written', bytes, done))
      }, waitMs)
    },

    /** Bytes of the other server. */
    writeRelayed: (session: Session, { piece, intent }: RelayedPiece): void => {
      session.learnSecrets(commandSecrets({ intent: intent ?? 'raw', params: {}, raw: piece.bytes }))
      write(session, 'relayed', piece.bytes)
    },
  }
}
