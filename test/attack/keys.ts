import { connect, type MqttClient } from 'mqtt'
import type { Attack } from './attack.ts'
import { firstOf } from './attack.ts'
import { online, v1 } from './tracker.ts'
import { AUDIENCE, comesTrue, type World } from './world.ts'

type Claims = Record<string, unknown>
const SCOPE = 'h02/read h02/admin'
/** Tokens that must not open anything. */
const badTokens: readonly (readonly [string, Claims, Parameters<World['issuer']['sign']>[1]?])[] = [
  ['scope of another application', { aud: AUDIENCE, scope: 'billing/admin billing/read' }],
  ['scope without a prefix', { aud: AUDIENCE, scope: 'admin read' }],
  ['scope with a longer prefix', { aud: AUDIENCE, scope: 'x-h02/read h02/h02/read' }],
  ['no audience', { scope: SCOPE }],
  ['another audience', { aud: 'another', scope: SCOPE }],
  ['client_id beside a wrong audience', { aud: 'another', client_id: AUDIENCE, scope: SCOPE }],
  ['ID token', { aud: AUDIENCE, scope: SCOPE, nonce: 'n' }],
  ['ID token of Cognito', { aud: AUDIENCE, scope: SCOPE, token_use: 'id' }],
  ['ID token by type', { aud: AUDIENCE, scope: SCOPE }, { typ: 'id+jwt' }],
  ['forged signature', { aud: AUDIENCE, scope: SCOPE }, { isForged: true }],
  ['expired', { aud: AUDIENCE, scope: SCOPE }, { expires: '-1m' }],
]

export const jwtAttacks: readonly Attack[] = [
  {
    name: 'jwt: tokens that are not for us',
    what: badTokens.map(([what]) => what).join(', '),
    run: async (world) => {
      const good = await world.call('GET', '/v1/devices', {
        key: await world.issuer.sign({ aud: AUDIENCE, scope: 'h02/read' }),
      })
      if (good.status !== 200) return `a good token was answered ${good.status}`
      return firstOf(
        await Promise.all(
          badTokens.map(async ([what, claims, options]) => {
            const key = await world.issuer.sign(claims, options)
            const { status } = await world.call('GET', '/v1/devices', { key })
            return status === 401 || status === 403 ? null : `${what} was answered ${status}`
          }),
        ),
      )
    },
  },
]

/** A browser's MQTT connection by a live URL. */
async function watch(world: World, deviceId: string, key: string) {
  const live = await world.must('POST', `/v1/devices/${deviceId}/live`, { key, body: { seconds: 60 } })
  const client: MqttClient = connect(live.url, {
    clientId: live.clientId,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    transformWsUrl: () => live.url,
  })
  world.onClose(() => client.end(true))
  client.on('error', () => {})
  let isClosed = false
  client.once('close', () => (isClosed = true))
  const isConnected = await comesTrue(() => client.connected)
  if (!isConnected) throw new Error('the live connection was not opened')
  await client.subscribeAsync(live.topic)
  const received: string[] = []
  client.on('message', (topic, payload) => received.push(`${topic} ${payload.toString()}`))
  return { live, client, received, isClosed: () => isClosed }
}

export const liveAttacks: readonly Attack[] = [
  {
    name: 'live: after the key was revoked',
    what: 'keep watching a device with a live connection whose key was deleted',
    run: async (world) => {
      const deviceId = await world.register(world.newId())
      const tracker = await online(world, deviceId)
      const { key, keyId } = await world.makeKey(['read'])
      const { received, isClosed } = await watch(world, deviceId, key)
      tracker.write(v1(deviceId))
      if (!(await comesTrue(() => received.length > 0))) return 'the live view showed nothing at all'
      await world.must('DELETE', `/v1/keys/${keyId}`)
      const hasEnded = await comesTrue(async () => {
        if (isClosed()) return true
        const before = received.length
        tracker.write(v1(deviceId))
        return !(await comesTrue(() => received.length > before, 3_000))
      })
      return hasEnded ? null : 'frames still arrive a minute after the key was deleted'
    },
  },
  {
    name: 'live: after the end of its URL',
    what: 'keep watching a device after the seconds that were granted',
    isSlow: true,
    run: async (world) => {
      const deviceId = await world.register(world.newId())
      const tracker = await online(world, deviceId)
      const { key } = await world.makeKey(['read'])
      const { received, isClosed } = await watch(world, deviceId, key)
      const hasEnded = await comesTrue(async () => {
        if (isClosed()) return true
        const before = received.length
        tracker.write(v1(deviceId))
        return !(await comesTrue(() => received.length > before, 3_000))
      }, 90_000)
      return hasEnded ? null : 'frames still arrive 30 s after the end'
    },
  },
  {
    name: 'live: other topics',
    what: 'subscribe to another device, to wildcards and to the gateways, and publish commands',
    run: async (world) => {
      const [deviceId, other] = [await world.register(world.newId()), await world.register(world.newId())]
      const tracker = await online(world, other)
      const { key } = await world.makeKey(['read'])
      const seen: (string | null)[] = []
      const topics = [
        '#',
        '+/+/live/#',
        `h02/local/live/${other}`,
        `h02/local/live/${other}/#`,
        'h02/local/gw/#',
      ]
      for (const topic of topics) {
        const { client, received, live } = await watch(world, deviceId, key)
        const isGranted = await client.subscribeAsync(topic).then(
          (grants) => grants.some(({ qos }) => qos < 128),
          () => false,
        )
        tracker.write(v1(other))
        await comesTrue(() => received.some((line) => !line.startsWith(live.topic)), 500)
        if (isGranted || received.some((line) => !line.startsWith(live.topic)))
          seen.push(`${topic} was granted`)
        client.end(true)
      }
      return firstOf(seen)
    },
  },
]

export const keyAttacks: readonly Attack[] = [
  {
    name: 'keys: more than was given',
    what: 'a read key writes, makes keys, reads the audit; an admin key gives a scope that it does not have',
    run: async (world) => {
      const deviceId = await world.register(world.newId())
      const { key: reader } = await world.makeKey(['read'])
      const { key: admin } = await world.makeKey(['read', 'admin'])
      const tries: [string, number][] = await Promise.all(
        (
          [
            ['POST', '/v1/keys', reader, { scopes: ['read'] }],
            ['GET', '/v1/keys', reader, undefined],
            ['GET', '/v1/audit', reader, undefined],
            ['PATCH', `/v1/devices/${deviceId}`, reader, { name: 'mine' }],
            ['DELETE', `/v1/devices/${deviceId}`, reader, undefined],
            ['POST', `/v1/devices/${deviceId}/commands`, reader, { intent: 'read-status' }],
            ['POST', '/v1/keys', admin, { scopes: ['read', 'command:engine'] }],
            ['POST', '/v1/keys', admin, { scopes: ['secrets'] }],
          ] as const
        ).map(async ([method, path, key, body]): Promise<[string, number]> => {
          const { status } = await world.call(method, path, { key, ...(body && { body }) })
          return [`${method} ${path}`, status]
        }),
      )
      return firstOf(
        tries.map(([what, status]) => (status === 403 ? null : `${what} was answered ${status}`)),
      )
    },
  },
  {
    name: 'keys: expired, rotated and deleted ones',
    what: 'use a key after its end, its old secret after a rotation without overlap, and after its deletion',
    run: async (world) => {
      const soon = new Date(Date.now() + 3_000).toISOString()
      const { key: short } = await world.makeKey(['read'], { expiresAt: soon })
      const rotated = await world.makeKey(['read'])
      await world.must('POST', `/v1/keys/${rotated.keyId}/rotate`, { body: { overlapSeconds: 0 } })
      const deleted = await world.makeKey(['read'])
      await world.must('DELETE', `/v1/keys/${deleted.keyId}`)
      const isRefused = async (key: string): Promise<boolean> =>
        (await world.call('GET', '/v1/devices', { key })).status === 401
      return firstOf([
        (await comesTrue(() => isRefused(short))) ? null : 'an expired key works',
        (await isRefused(rotated.key)) ? null : 'the old secret of a rotated key works',
        (await isRefused(deleted.key)) ? null : 'a deleted key works',
      ])
    },
  },
  {
    name: 'keys: restricted to some devices',
    what: 'a key for one device reads another, the whole fleet, the keys and the unknown devices',
    run: async (world) => {
      const [mine, other] = [
        await world.register(world.newId()),
        await world.register(world.newId(), { name: 'HiddenVan' }),
      ]
      const { key } = await world.makeKey(['read', 'command', 'admin'], { deviceIds: [mine] })
      const read = async (path: string): Promise<string | null> => {
        const { status, text } = await world.call('GET', path, { key })
        return status < 400 && (text.includes(other) || text.includes('HiddenVan'))
          ? `${path} shows another device`
          : null
      }
      const paths = [`/v1/devices/${other}`, '/v1/devices?limit=500', '/v1/positions?limit=1000', '/v1/audit']
      const nested = ['positions', 'frames', 'commands', 'audit', 'catalogue'].map(
        (one) => `/v1/devices/${other}/${one}`,
      )
      const wider = await world.call('POST', '/v1/keys', { key, body: { scopes: ['read'] } })
      return firstOf([
        ...(await Promise.all([...paths, ...nested].map(read))),
        wider.status >= 400 || JSON.stringify(wider.json.deviceIds) === JSON.stringify([mine])
          ? null
          : 'it made a key for all devices',
      ])
    },
  },
  {
    name: 'audit: admin actions leave a trace',
    what: 'make and delete keys, register, change and delete a device, change a password, open a live view',
    run: async (world) => {
      const { keyId, key } = await world.makeKey(['read', 'admin'])
      const deviceId = world.newId()
      await world.must('POST', '/v1/devices', { key, body: { deviceId, password: '7788' } })
      await world.must('PATCH', `/v1/devices/${deviceId}`, { key, body: { password: '9911' } })
      await world.must('POST', `/v1/devices/${deviceId}/live`, { key, body: {} })
      await world.must('DELETE', `/v1/devices/${deviceId}`, { key })
      await world.must('DELETE', `/v1/keys/${keyId}`)
      const { status, text, json } = await world.call('GET', '/v1/audit?limit=500')
      if (status !== 200) return `GET /v1/audit was answered ${status}`
      // Compared as whole numbers, because ids and times may contain the same digits.
      if (/\b(?:7788|9911)\b/.test(text)) return 'the audit shows a password'
      const steps = new Set(
        json.items.filter((one: any) => JSON.stringify(one).includes(keyId)).map((one: any) => one.step),
      )
      return steps.size >= 6 ? null : `the audit has only ${[...steps].join(', ')}`
    },
  },
  {
    name: 'keys: guessing',
    what: 'send 300 wrong keys from one address',
    run: async (world) => {
      const statuses = new Set<number>()
      for (let i = 0; i < 300 && !statuses.has(429); i++) {
        const { status, headers } = await world.call('GET', '/v1/devices', { key: `h02_guess${i}` })
        statuses.add(status)
        if (status === 429 && headers.get('retry-after') === null) return 'a 429 without Retry-After'
      }
      if (statuses.has(200)) return 'a wrong key was accepted'
      return statuses.has(429) ? null : `300 wrong keys were answered ${[...statuses].join(', ')}`
    },
  },
]
