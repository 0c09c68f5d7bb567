import type { Connection } from './connection.ts'

export type SocketWatch = {
  /** A `$` record ends after silence. */
  readonly awaitSilence: (connection: Connection) => void
  /** The socket has sent too much and is paused. */
  readonly awaitTokens: (connection: Connection) => void
  /** Waits for the silence that ends a text command. */
  readonly awaitQuiet: (connection: Connection) => void
  readonly forget: (connection: Connection) => void
  readonly stop: () => void
}

/** Checks the clock for all sockets together: ten thousand timers would cost more than the sockets. */
export function createSocketWatch({
  connections,
  close,
  guard,
  onQuiet,
  loginMs,
  idleMs,
  lookEveryMs,
  now,
}: {
  readonly connections: ReadonlySet<Connection>
  readonly close: (connection: Connection, reason: string) => void
  /** Runs the work of one connection; a fault in it affects no other. */
  readonly guard: (connection: Connection, work: () => void) => void
  readonly onQuiet: (connection: Connection) => void
  /** How long a socket may stay without a device id. */
  readonly loginMs: number
  readonly idleMs: number
  readonly lookEveryMs: number
  readonly now: () => number
}): SocketWatch {
  /** `at`: read before the sockets were, so bytes that were unread at that time have ended no silence. */
  const endSilences = (at: number): void => {
    for (const connection of awaitingSilence.connections) {
      // A paused socket is not read: that silence is ours and not the tracker's.
      const silentMs = at - connection.lastDataAt
      if (connection.isPaused || silentMs < connection.silenceMs) continue
      awaitingSilence.forget(connection)
      guard(connection, () => connection.onSilence(silentMs))
    }
  }

  const letPass = (): void => {
    for (const connection of awaitingTokens.connections) {
      guard(connection, () => {
        if (connection.resumeWithTokens()) awaitingTokens.forget(connection)
      })
    }
  }

  const endQuiet = (): void => {
    const at = now()
    for (const connection of awaitingQuiet.connections) {
      if (at < connection.quietUntil) continue
      awaitingQuiet.forget(connection)
      guard(connection, () => onQuiet(connection))
    }
  }

  const closeTheIdle = (): void => {
    const at = now()
    for (const connection of connections) {
      if (connection.isPaused) continue
      const isSilent = at - connection.lastDataAt > idleMs
      const isNameless = !connection.isIdentified && at - connection.openedAt > loginMs
      if (isNameless) guard(connection, () => close(connection, 'no device id in time'))
      else if (isSilent) guard(connection, () => close(connection, 'idle'))
    }
  }

  // Timers run before reading. On a busy machine, the bytes that arrived in the meantime are therefore read first and
  // judged afterwards. The clock is read here, because the machine may also stop between reading and judging.
  const awaitingSilence = createWaiting(20, () => setImmediate(endSilences, now()))
  const awaitingTokens = createWaiting(100, letPass)
  const awaitingQuiet = createWaiting(50, endQuiet)
  const all = [awaitingSilence, awaitingTokens, awaitingQuiet]
  const idleTimer = setInterval(closeTheIdle, lookEveryMs)
  return {
    awaitSilence: awaitingSilence.add,
    awaitTokens: awaitingTokens.add,
    awaitQuiet: awaitingQuiet.add,
    forget: (connection) => all.forEach(({ forget }) => forget(connection)),
    stop: () => {
      clearInterval(idleTimer)
      for (const { stop } of all) stop()
    },
  }
}

/**
 * Connections that wait for a time. They are checked every `everyMs` while there are any, so that an idle gateway
 * sleeps.
 */
function createWaiting(everyMs: number, look: () => void) {
  const connections = new Set<Connection>()
  let timer: NodeJS.Timeout | null = null
  const stop = (): void => {
    if (timer !== null) clearInterval(timer)
    timer = null
  }
  return {
    connections,
    add: (connection: Connection): void => {
      connections.add(connection)
      timer ??= setInterval(() => {
        if (connections.size === 0) stop()
        else look()
      }, everyMs)
    },
    forget: (connection: Connection): void => void connections.delete(connection),
    stop,
  }
}
