import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { buildOnce } from '../bundles.ts'
import { freePort } from '../free-port.ts'
import { runFolder } from '../run-folder.ts'
import type { OnCall } from '../../cdk/local/stand-ins/identities.ts'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import type { LocalOptions } from '../../cdk/local/options.ts'
import { silent } from '../silent-log.ts'

export const TEST_ADMIN_KEY = 'h02_test-admin-key'

export const makeDataDir = (): string => mkdtempSync(join(runFolder(), 'data-'))
export const removeDataDir = (dir: string): void => rmSync(dir, { recursive: true, force: true })

export async function startForTest(
  dataDir: string,
  hooks: { onCall?: OnCall } = {},
  options: Partial<LocalOptions> = {},
): Promise<Embedded> {
  await buildOnce()
  return startEmbedded(
    {
      host: '127.0.0.1',
      // Only for a gateway that tests kill.
      tcpPort: await freePort(),
      httpPort: 0,
      dataDir,
      batchWindowSeconds: 0,
      events: false,
      ...options,
    },
    silent,
    { adminKey: TEST_ADMIN_KEY, ...hooks },
  )
}

/** Where the HTTP API is. */
type Api = Pick<Embedded, 'httpUrl'>

export async function call(
  embedded: Api,
  path: string,
  init: { method?: string; body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<{ status: number; body: any }> {
  const answer = await fetch(embedded.httpUrl + path, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${TEST_ADMIN_KEY}`,
      'content-type': 'application/json',
      ...init.headers,
    },
    ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

/** Reads all pages of a list. */
export async function readAll(embedded: Api, path: string): Promise<any[]> {
  const items: unknown[] = []
  for (let cursor: string | null = null; ;) {
    const separator = path.includes('?') ? '&' : '?'
    const { status, body } = await call(
      embedded,
      path + (cursor ? `${separator}cursor=${encodeURIComponent(cursor)}` : ''),
    )
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`)
    items.push(...body.items)
    cursor = body.nextCursor
    if (!cursor) return items
  }
}

/** Writes chunks as a tracker would, then closes; resolves when the socket is closed. */
export async function play(port: number, chunks: readonly Uint8Array[], pauseMs = 0): Promise<Buffer> {
  const socket = createConnection(port, '127.0.0.1')
  const received: Buffer[] = []
  socket.on('data', (chunk) => received.push(chunk))
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.on('close', resolve))
  for (const chunk of chunks) {
    socket.write(chunk)
    await sleep(pauseMs)
  }
  socket.end()
  await closed
  return Buffer.concat(received)
}

/** Writes a frame and keeps the socket until it is acknowledged; resolves to the ack, rejects when the socket closes. */
export async function playUntilAcked(port: number, frame: string): Promise<string> {
  const socket = createConnection(port, '127.0.0.1')
  try {
    socket.write(frame)
    // `once` rejects by an error, but a peer that was killed may also just end the connection.
    const ended = once(socket, 'end').then(() => Promise.reject(new Error('closed without an ack')))
    const [ack] = (await Promise.race([once(socket, 'data'), ended])) as [Buffer]
    return ack.toString()
  } finally {
    socket.destroy()
  }
}

/** After this time `until` writes what it is waiting for, because a time-out does not say it. */
const TALK_AFTER_MS = 60_000

/** Polls with growing pauses until the condition holds. Only the time limit of the test ends it. */
export async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const startedAt = performance.now()
  const caller = new Error('still waiting')
  let isSilent = true
  for (let pauseMs = 20; ; pauseMs = Math.min(200, pauseMs * 1.5)) {
    const last = await ask()
    if (holds(last)) return last
    if (isSilent && performance.now() - startedAt > TALK_AFTER_MS) {
      isSilent = false
      console.warn(caller, 'the last answer:', inspect(last, { depth: 6 }).slice(0, 4_000))
    }
    await sleep(pauseMs)
  }
}
