import { once } from 'node:events'
import { createConnection } from 'node:net'

/** A TCP client that acts as a tracker. */
export type Tracker = {
  readonly send: (text: string) => void
  /** Resolves to the next received text that matches; rejects when the socket closes or `signal` aborts. */
  readonly expect: (pattern: RegExp, signal: AbortSignal) => Promise<RegExpExecArray>
  readonly close: () => void
}

export async function dial(host: string, port: number, signal: AbortSignal): Promise<Tracker> {
  const socket = createConnection({ host, port, noDelay: true })
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.destroy()
    throw error
  }
  let received = ''
  let isClosed = false
  const watchers = new Set<() => void>()
  const wake = (): void => watchers.forEach((watcher) => watcher())
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    wake()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    isClosed = true
    wake()
  })
  return {
    send: (text) => {
      socket.write(text, 'latin1')
    },
    expect: (pattern, signal) =>
      new Promise((resolve, reject) => {
        const finish = (act: () => void): void => {
          watchers.delete(look)
          signal.removeEventListener('abort', look)
          act()
        }
        const look = (): void => {
          const match = pattern.exec(received)
          if (match) {
            received = received.slice(match.index + match[0].length)
            finish(() => resolve(match))
          } else if (isClosed) finish(() => reject(new Error(`closed while waiting for ${pattern.source}`)))
          else if (signal.aborted)
            finish(() => reject(new Error(`received nothing that matches ${pattern.source}`)))
        }
        watchers.add(look)
        signal.addEventListener('abort', look)
        look()
      }),
    close: () => {
      socket.destroy()
    },
  }
}
