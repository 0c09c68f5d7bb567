import { createRoute, z } from '@hono/zod-openapi'
import fc from 'fast-check'
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKeys, hashKey, scopes } from '#shared/store/api-keys.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { authenticateByKey } from '../../lambdas/api/auth.ts'
import { authenticateByJwt } from '../../lambdas/api/jwt.ts'
import { needs } from '../../lambdas/api/scope.ts'
import { startCommands, type TestCommands } from '../commands/harness.ts'
import { readDocument } from './documented.ts'
import { ADMIN_KEY, startApi } from './fakes.ts'
import {
  addDeliveries,
  makeDevice,
  makeUnknown,
  newDeviceId,
  tripsQuery,
  type FleetDevice,
} from './narrow/fleet.ts'
import { findLeaks, type Identifying, type WalkAnswer } from './narrow/leaks.ts'
import { requestOf, walkedOperations, type Vocabulary, type WalkRequest } from './narrow/requests.ts'

/** Requests per operation and kind of caller. `NARROW_RUNS=200 npx vitest run test/api/narrow-keys` runs more. */
const runs = Number(process.env.NARROW_RUNS ?? 3)

/** Lists that contain devices. The admin must see other devices in them, otherwise the walk proves nothing about them. */
const fleetLists = [
  'listDevices',
  'listLastPositions',
  'listEvents',
  'listAudit',
  'getEvidence',
  'listUnknownDevices',
  'listKeys',
  'listWebhooks',
  'listWebhookDeliveries',
]
/**
 * An id that is already registered by others is rejected, so the caller learns that it is taken. A key that is restricted by labels
 * cannot know beforehand which ids are free.
 */
const revealsTakenIds = new Set(['registerDevices'])

/** Requests that are sent until an operation accepts one; some accept only in a state that is rare here. */
const MAX_MORE_RUNS = 40
const MAX_NEVER_ACCEPTED = 0.3

/** Left out of the admin's walk, which must not change the hidden devices or the keys under test. */
const changesTheTest = new Set(['registerDevices', 'updateDevice', 'adoptDevice', 'rotateKey'])

const CLAIM = 'h02/devices'
const AUDIENCE = 'h02'
const ISSUER = 'https://issuer.example'

let t: TestCommands
let api: Awaited<ReturnType<typeof startApi>>
let sign: (devices: unknown) => Promise<string>

beforeAll(async () => {
  t = await startCommands()
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] })
  let subjects = 0
  sign = (devices) =>
    new SignJWT({ scope: scopes.map((scope) => `h02/${scope}`).join(' '), [CLAIM]: devices })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(`user-${subjects++}`)
      .setExpirationTime('1h')
      .sign(privateKey)
  const now = () => t.clock.now
  const byKey = authenticateByKey(createApiKeys({ ...t, now }), async () => hashKey(ADMIN_KEY))
  api = await startApi({
    fleet: t,
    now,
    rateLimits: { requestsPerKey: 1_000_000, wrongKeysPerAddress: 1_000_000 },
    history: createHistoryReader({ client: t.client, table: 'telemetry' }),
    commands: t.commands,
    dispatcher: t.dispatcher,
    evidence: t.evidence,
    audit: t.parts.audit,
    gateways: t.parts.gateways,
    bus: t.bus,
    authenticate: authenticateByJwt(
      { issuer: ISSUER, audience: AUDIENCE, scopePrefix: 'h02/', devicesClaim: CLAIM, keys },
      byKey,
    ),
  })
  // A new route with a typical mistake: it does not check the caller.
  api.app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/forgetful',
      operationId: 'forgetful',
      ...needs('read'),
      responses: { 200: { description: 'All', content: { 'application/json': { schema: z.any() } } } },
    }),
    async (c) => {
      const names: (string | null)[] = []
      for await (const { name } of t.devices.list({ pageSize: 500 })) names.push(name)
      return c.json(names, 200)
    },
  )
})
afterAll(() => api?.close())

async function send({ method, path, headers, body }: WalkRequest, key: string): Promise<WalkAnswer> {
  t.clock.now += 20
  const answer = await api.app.request(
    path,
    { method, headers: { ...headers, authorization: `Bearer ${key}` }, ...(body !== null && { body }) },
    {},
  )
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() }
}

const asAdmin = async (method: string, path: string, body?: unknown) => {
  const { status, json } = await api.call(method, path, body === undefined ? {} : { body })
  return { status, json }
}

/** A caller with all scopes for some devices, and the data that it must not see. */
type Narrow = {
  readonly key: string
  /** Null if the caller uses a token. */
  readonly keyId: string | null
  readonly visible: readonly FleetDevice[]
  readonly hidden: readonly Identifying[]
  readonly vocabulary: Vocabulary
  /** Without the ids that are free: the caller may register those, and then sees them. */
  readonly takenOnly: Vocabulary
}

type Kind = (about: { readonly ids: readonly string[]; readonly fleet: string }) => {
  ids?: readonly string[]
  labels?: Readonly<Record<string, string>>
}
const kinds: Readonly<Record<string, { readonly by: 'key' | 'claim'; readonly limit: Kind }>> = {
  'a key by ids': { by: 'key', limit: ({ ids }) => ({ ids }) },
  'a key by labels': { by: 'key', limit: ({ fleet }) => ({ labels: { fleet } }) },
  'a token by labels': { by: 'claim', limit: ({ fleet }) => ({ labels: { fleet, depot: '1' } }) },
  ...(process.env.NARROW_RUNS && {
    'a token by both': { by: 'claim', limit: ({ ids, fleet }) => ({ ids, labels: { fleet } }) },
  }),
}

const operations = walkedOperations(await readDocument((await documentOnly()).app))
async function documentOnly() {
  const made = await startApi()
  await made.close()
  return made
}

/** Parameters whose values are chosen here. */
const fixed = new Set(['labels', 'q', 'model', 'from', 'to', 'limit', 'format', 'webhookId'])

/** Values of parameters that answers of the admin hold under the same name. */
function collect(values: Map<string, string[]>, text: string): void {
  const add = (name: string, value: string) => {
    if (fixed.has(name)) return
    const known = values.get(name) ?? []
    if (!known.includes(value) && known.length < 60) values.set(name, [...known, value])
  }
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, part] of Object.entries(value)) {
      if (typeof part === 'string') add(name === 'nextCursor' ? 'cursor' : name, part)
      else walk(part)
    }
  }
  try {
    walk(JSON.parse(text))
  } catch {
    // A file.
  }
}

/** Data of these devices that the admin sees, by operation, and every id and cursor in the answers. */
async function walkAsAdmin(
  { deviceIds, labels }: Pick<Vocabulary, 'deviceIds' | 'labels'>,
  webhookIds: readonly string[],
  hidden: readonly Identifying[],
) {
  const values = new Map<string, string[]>([
    ['labels', [...labels, 'fleet', `${labels[0]},depot`]],
    ['q', ['Name', '8681', deviceIds.at(-1)!.slice(0, 9)]],
    ['model', hidden.flatMap(({ marks }) => marks.slice(1, 3))],
    ['from', ['2026-01-01T00:00:00Z']],
    ['to', ['2026-01-31T00:00:00Z']],
    ['limit', ['1', '2', '100']],
    ['format', ['json', 'csv', 'ndjson', 'geojson', 'gpx']],
    ['webhookId', [...webhookIds]],
  ])
  const shown = new Map<string, boolean>()
  const seen = new Set<string>()
  for (const operation of operations) {
    if (operation.method === 'DELETE' || changesTheTest.has(operation.operationId)) continue
    const requests = fc.sample(requestOf(operation, { deviceIds, labels, values }), { numRuns: 4, seed: 7 })
    for (const request of requests) {
      const answer = await send(request, ADMIN_KEY)
      collect(values, answer.text)
      const found = findLeaks(answer, textOf(request), hidden)
      for (const mark of found) seen.add(mark)
      const isShown = found.length > 0
      shown.set(operation.operationId, isShown || (shown.get(operation.operationId) ?? false))
    }
  }
  return { values, shown, seen }
}

/** One webhook of the caller, which has delivered events of devices that it no longer sees, and one for other devices. */
async function makeWebhooks(
  key: string,
  { visible, foreign, gone }: Readonly<Record<'visible' | 'foreign' | 'gone', readonly FleetDevice[]>>,
): Promise<string[]> {
  const make = async (by: string | undefined, body: object): Promise<string> => {
    const url = 'https://hooks.example.com/h02'
    const { status, json } = await api.call('POST', '/v1/webhooks', {
      ...(by !== undefined && { key: by }),
      body: { url, ...body },
    })
    expect(status, JSON.stringify(json)).toBe(201)
    return json.webhookId
  }
  const own = await make(key, {})
  const other = await make(undefined, {
    deviceIds: foreign.map(({ deviceId }) => deviceId),
    description: `Of ${foreign[0]!.name}`,
  })
  await addDeliveries(t, own, [...visible, ...gone, ...foreign])
  await addDeliveries(t, other, foreign)
  return [own, own, other]
}

let fleets = 0
async function makeNarrow({ by, limit }: (typeof kinds)[string]) {
  const fleet = `north${fleets++}`
  const north = { fleet, depot: '1' }
  const make = (labels: Record<string, string>) => makeDevice(t, asAdmin, labels)
  const visible = [await make(north), await make({ ...north, color: 'red' })]
  const foreign = [await make({ fleet: 'south' }), await make({ fleet: 'south', depot: '1' }), await make({})]
  const [moved, deleted] = [await make(north), await make(north)]
  const ids = visible.map(({ deviceId }) => deviceId)
  const devices = limit({ ids, fleet })
  const made =
    by === 'claim'
      ? { key: await sign(devices.ids ? JSON.stringify(devices) : devices), keyId: null }
      : (await asAdmin('POST', '/v1/keys', { scopes, devices })).json
  const key = made.key as string
  if (devices.ids === undefined) {
    // The caller saw these devices earlier: it sent them commands, and made keys for them.
    for (const { deviceId } of [moved, deleted]) {
      const command = { intent: 'read-status' }
      const sent = await api.call('POST', `/v1/devices/${deviceId}/commands`, { key, body: command })
      const body = { scopes: ['read'], devices: { ids: [deviceId] } }
      const child = await api.call('POST', '/v1/keys', { key, body })
      expect([sent.status, child.status]).toEqual([202, 201])
    }
  }
  await asAdmin('PATCH', `/v1/devices/${moved.deviceId}`, { labels: { fleet: 'south' } })
  await asAdmin('DELETE', `/v1/devices/${deleted.deviceId}`)
  const within = devices.labels ? { labels: devices.labels } : {}
  await asAdmin('POST', '/v1/keys', { scopes, devices: { ids: [foreign[0]!.deviceId], ...within } })
  const unknown = await makeUnknown(t)
  const hidden = [...foreign, moved, deleted, unknown]
  const deviceIds = [...ids, ...ids, ...ids, ...hidden.map(({ deviceId }) => deviceId)]
  const labels = [`fleet=${fleet}`, `fleet=${fleet}`, 'fleet=south', 'depot=1']
  const webhookIds = await makeWebhooks(key, { visible, foreign, gone: [moved, deleted] })
  const { values, shown, seen } = await walkAsAdmin({ deviceIds, labels }, webhookIds, hidden)
  // A key that deletes itself sees nothing any more.
  values.set(
    'keyId',
    (values.get('keyId') ?? []).filter((one) => one !== made.keyId),
  )
  const free = new Set([deleted.deviceId, unknown.deviceId])
  const vocabulary = { deviceIds, labels, values }
  const takenOnly = { ...vocabulary, deviceIds: deviceIds.filter((id) => !free.has(id)) }
  const narrow: Narrow = { key, keyId: made.keyId, visible, hidden, vocabulary, takenOnly }
  return { narrow, shown, seen, foreign }
}

const textOf = ({ method, path, body }: WalkRequest): string =>
  `${method} ${decodeURIComponent(path)} ${body ?? ''}`

/** The same request about devices that never existed, and their ids. */
function aboutNone(request: WalkRequest, hidden: readonly Identifying[]): [WalkRequest, string[]] {
  const none = hidden.map(newDeviceId)
  const replace = (text: string) =>
    hidden.reduce((all, { deviceId }, i) => all.replaceAll(deviceId, none[i]!), text)
  const body = request.body === null ? null : replace(request.body)
  return [{ ...request, path: replace(request.path), body }, none]
}

/** A refusal without the parts that differ each time. */
const comparable = ({ status, text }: WalkAnswer, ids: readonly string[]): string =>
  status < 400
    ? String(status)
    : ids.reduce((all, id) => all.replaceAll(id, 'ID'), text.replace(/"requestId":"[^"]*"/, ''))

describe.each(Object.entries(kinds))('%s', (name, kind) => {
  let narrow: Narrow
  let shown: ReadonlyMap<string, boolean>
  let seen: Set<string>
  let foreign: readonly FleetDevice[]
  const neverAccepted: string[] = []
  beforeAll(async () => {
    ;({ narrow, shown, seen, foreign } = await makeNarrow(kind))
  })

  it('sees what its own webhook posted about its devices', async () => {
    const webhookId = narrow.vocabulary.values.get('webhookId')![0]!
    const { json } = await api.call('GET', `/v1/webhooks/${webhookId}/deliveries`, { key: narrow.key })
    const about: string[] = json.items.flatMap(({ deviceId }: any) => deviceId ?? [])
    expect([...new Set(about)].toSorted()).toEqual(narrow.visible.map(({ deviceId }) => deviceId).toSorted())
  })

  it('sees neither the trips of other devices nor the bytes relayed to them', async () => {
    const paths = foreign.flatMap(({ deviceId }) => [
      `/v1/audit?deviceId=${deviceId}&limit=500`,
      `/v1/devices/${deviceId}/audit`,
      `/v1/devices/${deviceId}/trips?${tripsQuery(t.clock.now)}`,
    ])
    for (const path of ['/v1/audit?limit=500', ...paths]) {
      const request = { method: 'GET', path, headers: {}, body: null }
      const leaksFor = async (key: string) =>
        findLeaks(await send(request, key), textOf(request), narrow.hidden)
      for (const mark of await leaksFor(ADMIN_KEY)) seen.add(mark)
      expect({ path, leaks: await leaksFor(narrow.key) }).toEqual({ path, leaks: [] })
    }
  })

  it('sees its own devices', async () => {
    const { json } = await api.call('GET', '/v1/positions', { key: narrow.key })
    expect(json.items.map((one: any) => one.deviceId)).toEqual(
      narrow.visible.map(({ deviceId }) => deviceId).toSorted(),
    )
    expect(json.items[0].lastPosition).not.toBeNull()
  })

  it('a route that does not check the limit is noticed', async () => {
    const request = { method: 'GET', path: '/v1/forgetful', headers: {}, body: null }
    const answer = await send(request, narrow.key)
    expect(findLeaks(answer, textOf(request), narrow.hidden)).toEqual(
      expect.arrayContaining(narrow.hidden.slice(0, 4).map(({ marks }) => marks[0])),
    )
  })

  it.each(operations.map((one) => [one.operationId, one] as const))(
    '%s shows a limited key no other device',
    async (operationId, operation) => {
      const { key, keyId, hidden } = narrow
      const { values } = narrow.vocabulary
      // A key that deletes itself sees nothing any more.
      values.set(
        'keyId',
        (values.get('keyId') ?? []).filter((one) => one !== keyId),
      )
      const vocabulary = operationId === 'registerDevices' ? narrow.takenOnly : narrow.vocabulary
      const ids = hidden.map(({ deviceId }) => deviceId)
      let accepted = 0
      await fc.assert(
        fc.asyncProperty(requestOf(operation, vocabulary), async (request) => {
          const asked = textOf(request)
          const answer = await send(request, key)
          if (answer.status < 300) accepted += 1
          collect(values, answer.text)
          expect({ leaks: findLeaks(answer, asked, hidden), asked, status: answer.status }).toMatchObject({
            leaks: [],
          })
          expect(answer.status).toBeLessThan(500)
          if (!ids.some((id) => asked.includes(id))) return
          if (revealsTakenIds.has(operationId) && !name.includes('ids')) return
          const [twin, none] = aboutNone(request, hidden)
          const other = await send(twin, key)
          expect({ asked, answer: comparable(answer, ids) }).toEqual({
            asked,
            answer: comparable(other, none),
          })
        }),
        { numRuns: runs },
      )
      for (let more = 0; more < MAX_MORE_RUNS && accepted === 0; more++) {
        const answer = await send(
          fc.sample(requestOf(operation, vocabulary), { numRuns: 1, seed: more })[0]!,
          key,
        )
        if (answer.status < 300) accepted += 1
      }
      if (accepted === 0) neverAccepted.push(operationId)
    },
  )

  it('is tested with data of other devices that an admin sees, in nearly all operations', () => {
    expect(fleetLists.filter((operationId) => shown.get(operationId) !== true)).toEqual([])
    // Each kind of mark, of any of these devices.
    const sorts = foreign[0]!.marks.map((_, i) => foreign.map(({ marks }) => marks[i]!))
    expect(sorts.filter((marks) => !marks.some((mark) => seen.has(mark)))).toEqual([])
    const share = neverAccepted.length / operations.length
    expect(share < MAX_NEVER_ACCEPTED ? [] : neverAccepted).toEqual([])
  })
})
