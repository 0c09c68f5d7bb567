import { connect, type Socket } from 'node:net'

type ConnectionOptions = {
  readonly server: () => { readonly host: string; readonly port: number }
  /** Time between a loss and the next attempt, ms; null: no further attempt. */
  readonly retryMs: number | null
  readonly onOpen: () => void
  readonly onData: (chunk: Uint8Array) => void
  readonly onClose: () => void
  readonly onNote: (note: string) => void
}

type Connection = {
  readonly start: () => void
  readonly isOpen: boolean
  readonly write: (bytes: Uint8Array, done: () => void) => void
  /** Ends the session and reconnects after a pause; an infinite pause means never. */
  readonly hangUp: (pauseMs: number) => void
  readonly stop: () => Promise<void>
}

/** A half-closed socket is given this long to close by itself. */
const LINGER_MS = 500

/** The socket of one tracker, which connects and reconnects. */
export function createConnection(options: ConnectionOptions): Connection {
  let socket: Socket | null = null
  let isOpen = false
  let isStopped = false
  let pauseMs: number | null = null
  let timer: NodeJS.Timeout | undefined

  const dial = (): void => {
    const { host, port } = options.server()
    const dialled = connect({ host, port, noDelay: true })
    socket = dialled
    dialled.on('connect', () => {
      isOpen = true
      options.onOpen()
    })
    dialled.on('data', options.onData)
    dialled.on('error', (error: NodeJS.ErrnoException) => options.onNote(sentenceOf(error, host, port)))
    dialled.on('close', () => {
      const wasOpen = isOpen
      isOpen = false
      socket = null
      if (wasOpen) options.onClose()
      if (isStopped) return
      const waitMs = pauseMs ?? options.retryMs
      pauseMs = null
      if (waitMs !== null && waitMs !== Infinity) timer = setTimeout(dial, waitMs)
    })
  }

  const close = (): void => {
    const closing = socket
    if (closing === null) return
    isOpen = false
    closing.end()
    options.onClose()
    setTimeout(() => closing.destroy(), LINGER_MS).unref()
  }

  return {
    start: dial,
    get isOpen() {
      return isOpen
    },
    write: (bytes, done) => {
      socket?.write(bytes, () => done())
    },
    hangUp(ms) {
      pauseMs = ms
      close()
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      const closing = socket
      if (closing === null || closing.closed) return Promise.resolve()
      return new Promise((resolve) => {
        closing.once('close', () => resolve())
        if (isOpen) close()
        else closing.destroy()
      })
    },
  }
}

export const sentenceOf = (error: NodeJS.ErrnoException, host: string, port: number): string => {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `nothing listens on ${host}:${port}; start the gateway with npm start`
    case 'ECONNRESET':
    case 'EPIPE':
      return `${host}:${port} broke the connection`
    case 'EMFILE':
      return 'this process may not open more sockets; raise the limit with ulimit -n'
    case 'ENOTFOUND':
      return `there is no host ${host}`
    default:
      return `no connection to ${host}:${port}: ${error.message}`
  }
}
