import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Attack } from './attack.ts'
import { firstOf } from './attack.ts'
import type { World } from './world.ts'

type Listener = { readonly address: string; readonly port: number }

/** The ports on which this process listens (Linux): those of the stand-ins and the API. */
function listeners(): Listener[] {
  const inodes = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? []
      } catch (error) {
        // The file was closed after the folder was read.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      }
    }),
  )
  return ['/proc/self/net/tcp', '/proc/self/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map(([, local = '']) => {
        const [address = '', port = '0'] = local.split(':')
        return { address, port: Number.parseInt(port, 16) }
      }),
  )
}

const loopback = new Set(['0100007F', '00000000000000000000000001000000', '0000000000000000FFFF00000100007F'])

/** Calls that would show passwords or keys, signed by a program that does not have the key of this start. */
const requests = [
  { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
  { 'x-amz-target': 'DynamoDB_20120810.Scan' },
  { 'x-amz-target': 'Kinesis_20131202.ListStreams' },
  { 'x-amz-target': 'AWSEvents.PutEvents' },
] as const
const signatures = [
  '',
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000',
  `AWS4-HMAC-SHA256 Credential=LOCALAPI/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  `AWS4-HMAC-SHA256 Credential=LOCALADMIN/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'f'.repeat(64)}`,
]

/** One request to a stand-in; the defence is broken if it is answered, or if a page could read the answer. */
async function knock(port: number, headers: Record<string, string>, method = 'POST'): Promise<string | null> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': '20260101T000000Z', ...headers },
    ...(method === 'POST' && { body: '{"TableName":"h02-local-fleet"}' }),
    redirect: 'manual',
  }).catch(() => null)
  if (response === null) return null
  await response.body?.cancel()
  const cors = response.headers.get('access-control-allow-origin')
  if (cors !== null) return `port ${port} sends access-control-allow-origin: ${cors}`
  return response.status < 400
    ? `port ${port} answered ${response.status} to ${JSON.stringify(headers)}`
    : null
}

const apiPort = ({ embedded }: World): number => Number(new URL(embedded.httpUrl).port)
/** Servers of the attack itself: the mailbox and the issuer. */
const ownPorts = ({ issuer }: World): readonly number[] => [Number(new URL(issuer.issuer).port)]
const standIns = (world: World): number[] =>
  listeners()
    .map(({ port }) => port)
    .filter((port) => port !== apiPort(world) && !ownPorts(world).includes(port) && port !== world.mailPort)

export const listenerAttacks: readonly Attack[] = [
  {
    name: 'stand-ins: listen for other machines',
    what: 'connect from the network to something other than the tracker port',
    run: async () =>
      firstOf(
        listeners().map(({ address, port }) =>
          loopback.has(address) ? null : `port ${port} listens on ${address}`,
        ),
      ),
  },
  {
    name: 'stand-ins: any signature',
    what: 'call DynamoDB, Kinesis and the event bus unsigned, with a made-up key, and with a wrong signature',
    run: async (world) => {
      const ports = standIns(world)
      if (ports.length < 4) return `only ${ports.length} stand-ins were found`
      const tries = ports.flatMap((port) =>
        signatures.flatMap((authorization) =>
          requests.map((target) => knock(port, { authorization, ...target })),
        ),
      )
      return firstOf(await Promise.all(tries))
    },
  },
  {
    name: 'stand-ins: a web page',
    what: 'a page of another origin, a preflight, origin null, and a host name rebound to 127.0.0.1',
    run: async (world) => {
      const origins = ['https://evil.example', 'null', `http://127.0.0.1:${apiPort(world)}`]
      const tries = standIns(world).flatMap((port) =>
        origins.flatMap((origin) => [
          knock(port, { origin, 'x-amz-target': 'DynamoDB_20120810.Scan' }),
          knock(port, { origin, 'access-control-request-method': 'POST' }, 'OPTIONS'),
        ]),
      )
      return firstOf(await Promise.all(tries))
    },
  },
  {
    name: 'api: a web page',
    what: 'a page of another origin reads the API with the browser',
    run: async (world) => {
      const { headers } = await world.call('GET', '/v1/devices', {
        headers: { origin: 'https://evil.example' },
      })
      const cors = headers.get('access-control-allow-origin')
      return cors === null ? null : `access-control-allow-origin: ${cors}`
    },
  },
]

const routes = [
  '/v1/devices/..%2f..%2fv1%2fkeys',
  '/v1/devices/..%2F..%2Fv1%2Fkeys',
  '/v1/devices/%2e%2e/keys',
  '/v1/devices/../keys',
  '/v1/devices/./1',
  '/v1//keys',
  '//v1/keys',
  '/v1/devices/1%2Fpositions',
  '/v1/devices/1%5cpositions',
  '/v1/devices/1\\positions',
  '/v1/devices/1%00',
  '/v1/devices/1%0d%0a',
  '/v1/devices/1%252Fpositions',
  '/v1/devices/%252e%252e/keys',
  '/v1/keys/%2e',
  '/v1/devices/1;/../keys',
  '/v1/devices/1%3f',
  '/v1/devices/1%23',
  '/v1/keys/',
  '/V1/keys',
] as const
/** These two are simply other paths. */
const merelyUnknown = new Set<string>(['/v1/keys/', '/V1/keys'])

export const pathAttacks: readonly Attack[] = [
  {
    name: 'paths: another route by another spelling',
    what: routes.join(' '),
    run: async (world) => {
      await world.makeKey(['read'], { name: 'visible' })
      return firstOf(
        await Promise.all(
          routes.map(async (path) => {
            const { status, text } = await world.rawHttp(`GET ${path}`)
            const expected = merelyUnknown.has(path) ? [400, 404, 405] : [400]
            if (text.includes('visible')) return `${path} returned the keys`
            return expected.includes(status) ? null : `${path} was answered ${status}`
          }),
        ),
      )
    },
  },
  {
    name: 'names: control characters and bidi overrides',
    what: 'register devices and keys whose names would change what a terminal or a page shows',
    run: async (world) => {
      const bad = [
        'a\u001b[31mb',
        'a\u0000',
        'a\nb',
        '\u202egpj',
        '\u2066x',
        '\u200fx',
        '\ud800',
        '\u0085',
        '\u2028',
      ]
      const tries = bad.flatMap((text) => [
        world.call('POST', '/v1/devices', { body: { deviceId: world.newId(), name: text } }),
        world.call('POST', '/v1/devices', { body: { deviceId: world.newId(), model: text } }),
        world.call('POST', '/v1/keys', { body: { scopes: ['read'], name: text } }),
      ])
      return firstOf(
        (await Promise.all(tries)).map(({ status }, i) =>
          status >= 400 && status < 500
            ? null
            : `${JSON.stringify(bad[Math.floor(i / 3)])} was answered ${status}`,
        ),
      )
    },
  },
]
