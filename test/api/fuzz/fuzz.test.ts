import { PutCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { toHandler } from '../../../lambdas/api/lambda-handler.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { emptyState } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { fold } from '../../../lambdas/ingest/fold.ts'
import { campaignsOver, candidate } from '../../commands/campaigns.ts'
import { sessionOf, startCommands, type TestCommands } from '../../commands/harness.ts'
import { driveFrames, inRecords, makeEvent } from '../../ingest/events.ts'
import { readDocument } from '../documented.ts'
import { ADMIN_KEY, startApi } from '../fakes.ts'
import { createCheck, type Answer } from './answers.ts'
import { hostileText } from './hostile.ts'
import { operationsOf, pools, requestOf, type FuzzRequest, type Operation, type Text } from './requests.ts'

/** Cases per operation. `FUZZ_RUNS=5000 npx vitest run test/api/fuzz` runs more. */
const runs = Number(process.env.FUZZ_RUNS ?? 30)
const MAX_MORE_RUNS = 10_000

/** Accepted only in a state that random requests rarely produce: a token that is not used yet, a command that waits. */
const needsLuck = new Set([
  'POST /v1/devices/{deviceId}/commands/confirm',
  'DELETE /v1/devices/{deviceId}/commands/{commandId}',
  'GET /v1/devices/{deviceId}/desired',
  'DELETE /v1/devices/{deviceId}/desired',
  'PUT /v1/devices/{deviceId}/schedules/{name}',
  'GET /v1/devices/{deviceId}/schedules/{name}',
  'DELETE /v1/devices/{deviceId}/schedules/{name}',
  'POST /v1/campaigns',
  // Their bodies contain ids of channels.
  'POST /v1/notice-rules',
  'POST /v1/live',
  // The key of a link alone is accepted, and a link ends with the registration of its device.
  'GET /v1/shared',
  'DELETE /v1/devices/{deviceId}/shares/{shareId}',
  // Only embedded mode streams.
  'GET /v1/stream',
  // Events are kept in history, and the fuzzer makes few.
  'POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver',
])

/** Registered: the first has a history and a session, the second a session, the third nothing. The last is unknown. */
const deviceIds = ['9170000001', '9170000002', '9170000003', '9170000009']

let t: TestCommands
let api: Awaited<ReturnType<typeof startApi>>
let handler: (event: object) => Promise<{ statusCode: number; headers: Record<string, string>; body: string }>
const memory = new Map<string, string[]>(pools.map((name) => [name, []]))
const check = createCheck()

beforeAll(async () => {
  t = await startCommands()
  // Most orders are delivered; some find the gateway gone.
  let deliveries = 0
  t.bus.answer = () => (deliveries++ % 5 === 0 ? 'not-connected' : 'taken')
  api = await startApi({
    fleet: t,
    now: () => t.clock.now,
    // Far more requests than a minute allows: a limit would hide every other answer.
    rateLimits: { requestsPerKey: 1_000_000, wrongKeysPerAddress: 1_000_000 },
    history: createHistoryReader({ client: t.client, table: 'telemetry' }),
    commands: t.commands,
    dispatcher: t.dispatcher,
    evidence: t.evidence,
    audit: t.parts.audit,
    gateways: t.parts.gateways,
    bus: t.bus,
  })
  handler = toHandler(api.app) as unknown as typeof handler
  await storeDrive(deviceIds[0]!)
})
afterAll(async () => {
  await api?.close()
})

async function storeDrive(deviceId: string): Promise<void> {
  const telemetry = createTelemetryStore({ client: t.client, table: 'telemetry' })
  const events = driveFrames().map((frame, i) => makeEvent({ ...frame, deviceId, seq: i + 1 }))
  const folded = fold(emptyState(deviceId), inRecords(events), { retentionDays: 3650 })
  for (const chunk of folded.chunks) await telemetry.putChunk(chunk, 0)
  await telemetry.saveState(folded.state, folded)
}

/** The only rule: random requests make none, because it needs the id of a channel. */
async function makeRule(): Promise<string> {
  const { rules } = api.notices
  for (const { ruleId } of await rules.list()) await rules.remove(ruleId)
  const made = await rules.create({
    name: 'My car',
    on: ['alarm.raised'],
    devices: null,
    places: null,
    channels: [],
    quietHours: null,
    format: null,
    debounceMinutes: 5,
    enabled: true,
    limit: null,
    createdBy: 'admin',
    expiresAt: null,
  })
  return made!.ruleId
}

/** Restores the devices, which the previous operation may have deleted or changed. */
async function restore(): Promise<void> {
  for (const [i, deviceId] of deviceIds.slice(0, 3).entries()) {
    await t.devices.put(deviceId, { name: `Van ${i}`, password: '4321' })
    if (i < 2) await t.sessions.login({ ...sessionOf(1), deviceId })
  }
  await t.sessions.renewLease('gateway1')
  const unknown = fleetKeys.unknown(deviceIds[3]!)
  const Item = {
    ...unknown,
    ...fleetKeys.listOf('unknown', deviceIds[3]!),
    deviceId: deviceIds[3],
    firstSeen: t.clock.now,
    lastSeen: t.clock.now,
    count: 1,
    remoteAddress: '192.0.2.9',
    sampleType: 'V1',
  }
  await t.client.send(new PutCommand({ TableName: t.table, Item }))
  memory.set('deviceId', [...deviceIds])
  const { campaignId } = await campaignsOver(t).start({}, [candidate(deviceIds[0]!)])
  memory.set('campaignId', [campaignId])
  memory.set('ruleId', [await makeRule()])
}

const resolve = (text: Text): string => {
  if (typeof text === 'string') return text
  const known = memory.get(text.pool) ?? []
  return (known[text.pick % Math.max(1, known.length)] ?? '') + text.suffix
}

/** As a client or an attacker writes them: escaped, or raw where that is possible. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed())

function toEvent({ method, path }: Operation, { path: values, query, headers, body }: FuzzRequest) {
  const rawPath = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const text = resolve(values[name] ?? '')
    return text.startsWith('%') || text.startsWith('..') ? text : encode(text)
  })
  const rawQueryString = query.map(([name, text]) => `${encode(name)}=${encode(resolve(text))}`).join('&')
  const text = body === null ? undefined : 'text' in body ? body.text : JSON.stringify(withToken(body))
  const { authorization = `Bearer ${ADMIN_KEY}`, ...others } = headers
  const given = Object.entries(others).filter((one): one is [string, string] => one[1] !== undefined)
  return eventOf(method, rawPath, rawQueryString, { authorization, ...Object.fromEntries(given) }, text)
}

function withToken({ json, token }: Exclude<FuzzRequest['body'], null | { text: string }>): unknown {
  const isObject = typeof json === 'object' && json !== null && 'token' in json
  return isObject && token !== null ? { ...json, token: resolve(token) } : json
}

/** An event of an HTTP API, payload 2.0. */
const eventOf = (
  method: string,
  rawPath: string,
  rawQueryString: string,
  headers: Record<string, string>,
  body?: string,
) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString,
  headers: { host: 'api.example.com', ...headers },
  requestContext: {
    domainName: 'api.example.com',
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'fuzz' },
    requestId: 'r1',
    routeKey: '$default',
    stage: '$default',
    timeEpoch: 0,
  },
  ...(body !== undefined && { body: Buffer.from(body).toString('base64') }),
  isBase64Encoded: body !== undefined,
})

async function ask(event: ReturnType<typeof eventOf>): Promise<Answer> {
  const { statusCode, headers, body } = await handler(event)
  return { status: statusCode, headers, text: body }
}

/** Keeps ids, cursors and tokens of an answer for later requests. */
function remember(text: string): void {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return
  }
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, part] of Object.entries(value)) {
      const pool = name === 'nextCursor' ? 'cursor' : name
      const known = memory.get(pool)
      if (typeof part === 'string' && known && pool !== 'deviceId' && !known.includes(part)) {
        known.push(part)
        if (known.length > 50) known.shift()
      } else walk(part)
    }
  }
  walk(json)
}

const operations = operationsOf(await readDocument((await documentOnly()).app))
async function documentOnly() {
  const made = await startApi()
  await made.close()
  return made
}

describe('every operation of the OpenAPI document', () => {
  it('is known to the fuzzer', () => {
    expect(operations.length).toBeGreaterThan(20)
    expect(operations.flatMap(({ parameters }) => parameters.map((one) => one.in))).toContain('header')
  })

  it.each(operations.map((one) => [`${one.method} ${one.path}`, one] as const))(
    '%s answers any request as documented',
    async (_, operation) => {
      const statuses = new Map<number, number>()
      await restore()
      const send = async (request: FuzzRequest): Promise<Answer> => {
        t.clock.now += 20
        const answer = await ask(toEvent(operation, request))
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        remember(answer.text)
        return answer
      }
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async (request) => {
          const answer = await send(request)
          // A hostile id can turn the path into another path, or into an invalid one.
          const isElsewhere = answer.status === 404 || answer.status === 405
          if (isElsewhere && answer.headers['content-type'] === 'application/problem+json') return
          const faults = check(operation, answer)
          expect({ faults, log: api.log.filter((line) => line.includes('"error"')) }).toEqual({
            faults: [],
            log: [],
          })
        }),
        { numRuns: operation.path === '/healthz' ? 5 : runs },
      )
      // Proves that the generator makes requests that are accepted.
      if (needsLuck.has(`${operation.method} ${operation.path}`)) return
      const accepted = (): number[] => [...statuses.keys()].filter((status) => status < 300)
      // Some operations accept one random request in several hundred, so the limit is far above that.
      for (let more = 0; more < MAX_MORE_RUNS && accepted().length === 0; more++) {
        await send(fc.sample(requestOf(operation), { numRuns: 1, seed: more })[0]!)
      }
      expect(accepted(), JSON.stringify([...statuses])).not.toEqual([])
    },
  )

  it('is known exactly: any other path is refused with a problem', async () => {
    const methods = fc.constantFrom(
      'GET',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'HEAD',
      'TRACE',
      'PROPFIND',
    )
    const paths = fc
      .array(fc.oneof(fc.constantFrom('v1', 'devices', 'keys', ...deviceIds), hostileText.map(encode)), {
        maxLength: 5,
      })
      .map((parts) => `/${parts.join('/')}`)
    await fc.assert(
      fc.asyncProperty(methods, paths, async (method, path) => {
        const { status, headers, text } = await ask(
          eventOf(method, path, '', { authorization: `Bearer ${ADMIN_KEY}` }),
        )
        expect(status).toBeLessThan(500)
        if (status >= 400 && method !== 'HEAD') {
          expect(headers['content-type']).toBe('application/problem+json')
          expect(JSON.parse(text)).toMatchObject({ status })
        }
      }),
      { numRuns: 3 * runs },
    )
  })
})
