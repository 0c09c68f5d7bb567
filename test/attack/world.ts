import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { buildOnce } from '../bundles.ts'
import { startEmbedded } from '../../cdk/local/embedded.ts'
import type { ReceivedEvent } from '../../cdk/local/stand-ins/event-bus.ts'
import { timeScale } from '../e2e/command-system.ts'
import { makeDataDir, removeDataDir } from '../e2e/harness.ts'

export type World = Awaited<ReturnType<typeof startWorld>>
type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: any
}

const ADMIN_KEY = 'h02_attack-admin-key'
export const AUDIENCE = 'attack-audience'

/** The part of SNS that the notifier needs; records the subjects of messages. */
async function startMailbox() {
  const subjects: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      subjects.push(new URLSearchParams(body).get('Subject') ?? '')
      response.end(
        '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
      )
    })
  })
  await listen(server)
  return { subjects, server, endpoint: urlOf(server) }
}

/** An identity provider that publishes one key, and signs any token on request. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const { privateKey: foreignKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }
  const server = createServer((request, response) => {
    const url = urlOf(server)
    const isDiscovery = request.url?.startsWith('/.well-known/')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(isDiscovery ? { issuer: url, jwks_uri: `${url}/jwks` } : jwks))
  })
  await listen(server)
  const sign = (
    claims: Record<string, unknown>,
    { typ, isForged = false, expires = '5m' }: { typ?: string; isForged?: boolean; expires?: string } = {},
  ): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one', ...(typ !== undefined && { typ }) })
      .setIssuer(urlOf(server))
      .setSubject('mallory')
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(isForged ? foreignKey : privateKey)
  return { server, issuer: urlOf(server), sign }
}

const listen = (server: ReturnType<typeof createServer>): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const urlOf = (server: ReturnType<typeof createServer>): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** A fresh installation with its own ports and data folder, and what an attacker needs. */
export async function startWorld() {
  await buildOnce()
  const dataDir = makeDataDir()
  const events: ReceivedEvent[] = []
  const logLines: string[] = []
  const keepLine = (message: string, fields?: object): void =>
    void logLines.push(JSON.stringify({ message, ...fields }))
  const mailbox = await startMailbox()
  const issuer = await startIssuer()
  const env = { TIME_SCALE: String(timeScale) }
  const embedded = await startEmbedded(
    {
      host: '127.0.0.1',
      tcpPort: 0,
      httpPort: 0,
      dataDir,
      batchWindowSeconds: 0,
      events: false,
      engine: true,
    },
    { info: keepLine, warn: keepLine, error: keepLine },
    {
      adminKey: ADMIN_KEY,
      env: {
        gateway: env,
        control: env,
        api: { ...env, JWT_ISSUER: issuer.issuer, JWT_AUDIENCE: AUDIENCE },
      },
      notify: { topicArn: 'arn:aws:sns:us-east-1:000000000000:people', endpoint: mailbox.endpoint },
      onEvent: (event) => void events.push(event),
      sweepEveryMs: 60_000 * timeScale,
    },
  )
  const sockets: Socket[] = []
  const mqttEnds: (() => void)[] = []
  let deviceIds = 0

  const call = async (
    method: string,
    path: string,
    {
      key = ADMIN_KEY,
      body,
      headers = {},
    }: { key?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const response = await fetch(embedded.httpUrl + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    }
  }
  /** A request that must succeed, because the attack proves nothing otherwise. */
  const must = async (method: string, path: string, options?: Parameters<typeof call>[2]): Promise<any> => {
    const answer = await call(method, path, options)
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }

  await call('GET', '/healthz')
  return {
    embedded,
    dataDir,
    events,
    logLines,
    mails: mailbox.subjects,
    mailPort: Number(new URL(mailbox.endpoint).port),
    issuer,
    adminKey: ADMIN_KEY,
    call,
    must,
    /** An id that no other attack uses. */
    newId: (): string => String(9_180_000_000 + deviceIds++),
    register: async (deviceId: string, more: object = {}): Promise<string> => {
      await must('POST', '/v1/devices', { body: { deviceId, ackPolicy: 'none', ...more } })
      return deviceId
    },
    makeKey: async (scopes: readonly string[], more: object = {}): Promise<{ key: string; keyId: string }> =>
      must('POST', '/v1/keys', { body: { scopes, ...more } }),
    /** A socket to the tracker port; `from`: its address in 127.0.0.0/8. */
    dial: (from = '127.0.0.1') => {
      const socket = connect({ port: embedded.tcpPort, host: '127.0.0.1', localAddress: from })
      sockets.push(socket)
      return connected(socket)
    },
    /** Bytes of a request that no HTTP client would send. */
    rawHttp: (requestLine: string, headers: readonly string[] = []) => {
      const { port } = new URL(embedded.httpUrl)
      const socket = connect(Number(port), '127.0.0.1')
      sockets.push(socket)
      return sendRaw(socket, [
        `${requestLine} HTTP/1.1`,
        `host: 127.0.0.1:${port}`,
        `authorization: Bearer ${ADMIN_KEY}`,
        'connection: close',
        ...headers,
      ])
    },
    onClose: (end: () => void): void => void mqttEnds.push(end),
    close: async () => {
      for (const end of mqttEnds) end()
      for (const socket of sockets) socket.destroy()
      await embedded.close()
      for (const { server } of [mailbox, issuer]) {
        server.closeAllConnections()
        server.close()
      }
      removeDataDir(dataDir)
    },
  }
}

/** Waits until the socket is connected, and keeps what it receives. */
async function connected(socket: Socket) {
  const chunks: Buffer[] = []
  let isClosed = false
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  socket.on('close', () => (isClosed = true))
  await once(socket, 'connect')
  return {
    write: (bytes: string | Uint8Array): void => void socket.write(bytes),
    heard: (): string => Buffer.concat(chunks).toString('latin1'),
    isClosed: () => isClosed,
    close: () => socket.destroy(),
  }
}

/** Sends a request of these lines; resolves to its answer (status 0: none) when the server closes the socket. */
async function sendRaw(socket: Socket, lines: readonly string[]): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.write([...lines, '\r\n'].join('\r\n'))
  await closed
  const text = Buffer.concat(chunks).toString()
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }
}

/** Polls until the condition holds; false if it does not hold within `ms`, by default more than a busy machine needs. */
export async function comesTrue(holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<boolean> {
  for (const end = Date.now() + ms; ;) {
    if (await holds()) return true
    if (Date.now() > end) return false
    await sleep(50)
  }
}
