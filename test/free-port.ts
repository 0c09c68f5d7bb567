import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { RUN_FOLDER } from './run-folder.ts'

/** Below the ports that Linux gives to connections (net.ipv4.ip_local_port_range, from 32768). */
const LOWEST_PORT = 20_000
const HIGHEST_PORT = 32_000

/**
 * A port for a server that stops and starts again. One that the system has chosen can go to a connection of another
 * test while the server is away, and then the server cannot come back. No other file of this run gets the same.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT))
    if (isOurs(port) && (await isFree(port))) return port
  }
}

function isOurs(port: number): boolean {
  const folder = process.env[RUN_FOLDER]
  // A bench runs alone.
  if (folder === undefined) return true
  try {
    mkdirSync(join(folder, `port-${port}`))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
