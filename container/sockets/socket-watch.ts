import type { Connection } from './connection.ts'

export type SocketWatch = {
  /** A `$` record waits for its end. */
  readonly awaitSilence: (connection: Connection) => void
  /** It has sent too much, and reads again later. */
  readonly awaitTokens: (connection: Connection) => void
  /** It was told something that silence ends. */
  readonly awaitQuiet: (connection: Connection) => void
  readonly forget: (connection: Connection) => void
  readonly stop: () => void
}

/** Looks at the clock for all sockets together: ten thousand timers of their own would cost more than the sockets. */
export function createSocketWatch({
  connections,
  close,
  onQuiet,
  loginMs,
  idleMs,
  lookEveryMs,
  now,
}: {
  readonly connections: ReadonlySet<Connection>
  readonly close: (connection: Connection, reason: string) => void
  readonly onQuiet: (connection: Connection) => void
  /** So long a socket may name no device. */
  readonly loginMs: number
  readonly idleMs: number
  readonly lookEveryMs: number
  readonly now: () => number
}): SocketWatch {
  const awaitingSilence = new Set<Connection>()
  const awaitingTokens = new Set<Connection>()
  const awaitingQuiet = new Set<Connection>()

  /** `at`: read before the sockets were, so that what waited unread at that time has ended no silence. */
  const endSilences = (at: number): void => {
    for (const connection of awaitingSilence) {
      // Nobody reads a paused socket: that is our silence, not the tracker's.
      const silentMs = at - connection.lastDataAt
      if (connection.isPaused || silentMs < connection.silenceMs) continue
      awaitingSilence.delete(connection)
      connection.onSilence(silentMs)
    }
  }

  const letPass = (): void => {
    for (const connection of awaitingTokens) if (connection.mayPass()) awaitingTokens.delete(connection)
  }

  const endQuiet = (): void => {
    const at = now()
    for (const connection of awaitingQuiet) {
      if (at < connection.quietUntil) continue
      awaitingQuiet.delete(connection)
      onQuiet(connection)
    }
  }

  const closeTheIdle = (): void => {
    const at = now()
    for (const connection of connections) {
      if (connection.isPaused) continue
      const silentFor = at - connection.lastDataAt
      if (!connection.isIdentified && at - connection.openedAt > loginMs) {
        close(connection, 'no device id in time')
      } else if (silentFor > idleMs) close(connection, 'idle')
    }
  }

  const timers = [
    // Timers come before reading: on a machine that was busy, what arrived meanwhile is read first, then judged. The
    // clock is read here, because the machine may stand still between reading and judging too.
    setInterval(() => {
      if (awaitingSilence.size > 0) setImmediate(endSilences, now())
    }, 20),
    setInterval(letPass, 100),
    setInterval(endQuiet, 50),
    setInterval(closeTheIdle, lookEveryMs),
  ]
  return {
    awaitSilence: (connection) => void awaitingSilence.add(connection),
    awaitTokens: (connection) => void awaitingTokens.add(connection),
    awaitQuiet: (connection) => void awaitingQuiet.add(connection),
    forget: (connection) => {
      awaitingSilence.delete(connection)
      awaitingTokens.delete(connection)
      awaitingQuiet.delete(connection)
    },
    stop: () => timers.forEach(clearInterval),
  }
}
