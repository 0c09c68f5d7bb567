import { randomUUID } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { createCheck } from '../api/fuzz/answers.ts'
import { examplesOf, inline, type Schema } from '../api/fuzz/from-schema.ts'
import { operationsOf } from '../api/fuzz/requests.ts'
import { answerWith, startGeocoder } from '../api/nominatim.ts'
import { startReceiver } from '../webhooks/world.ts'
import { startCommandSystem } from './command-system.ts'
import { call, play, TEST_ADMIN_KEY, until } from './harness.ts'

/** Operations that need or remove data of others: they run last, in this order. */
const last = [
  'getDesiredSettings',
  'deleteDesiredSettings',
  'getSchedule',
  'deleteSchedule',
  'confirmCommand',
  'startProbe',
  'getLatestProbe',
  'getProbe',
  'pauseCampaign',
  'resumeCampaign',
  'cancelCampaign',
  'cancelCommand',
  'cancelWaitingCommands',
  'getSharedDevice',
  'deleteShare',
  'adoptDevice',
  'forgetUnknownDevice',
  'deletePlace',
  'testWebhook',
  'testNoticeChannel',
  'createNoticeRule',
  'getNoticeRule',
  'changeNoticeRule',
  'deleteNoticeRule',
  'deleteNoticeChannel',
  'redeliverEvent',
  'deleteWebhook',
  'deleteKey',
  'deleteDevice',
]

const DEVICE_ID = '9170000000'

/** A fresh installation that only knows registered trackers, with one that is online. */
async function startInstallation() {
  const geocoder = await startGeocoder((response) => answerWith(response, { display_name: 'Biella, Italy' }))
  onTestFinished(geocoder.close)
  const { embedded, register, drive, close } = await startCommandSystem({
    registration: 'registered',
    geocoder: geocoder.url,
  })
  onTestFinished(close)
  await register(DEVICE_ID)
  await drive('st906l', DEVICE_ID)
  return embedded
}

type Example = { readonly type: string; readonly value: unknown }

/** The example bodies of an operation; a single empty example for operations without a body. */
function bodiesOf({ requestBody }: Schema): (Example | null)[] {
  if (requestBody === undefined) return [null]
  return Object.entries<Schema>(requestBody.content).flatMap(([type, media]) =>
    examplesOf(media).map((value) => ({ type, value })),
  )
}

const namesIn = (body: unknown): string[] => Object.keys(body as object).toSorted()

// With the examples of all parameters. Only what an installation or a client makes up is replaced: ids, tokens and keys.
// Answers match their schemas and have the fields of their examples.
it('every example of the OpenAPI document succeeds unchanged', async () => {
  const embedded = await startInstallation()
  const { httpUrl: url, tcpPort } = embedded
  const ask = (path: string, method = 'GET', body?: unknown) => call(embedded, path, { method, body })
  const document = (await ask('/openapi.json')).body as Schema
  const device = `/v1/devices/${DEVICE_ID}`
  const made: Record<string, string> = {}
  const check = createCheck()
  const described = operationsOf(document)

  /** Connects as an id that is not registered, until the API lists it. */
  const beUnknown = async (deviceId: string): Promise<void> => {
    made.deviceId = deviceId
    const frame = `*HQ,${deviceId},V1,120000,A,4221.2102,N,00752.5961,W,000.00,133,250523,FFFFBBFF#`
    await play(tcpPort, [Buffer.from(frame)])
    await until(
      () => ask('/v1/unknown-devices'),
      ({ body }) => body.items.some((one: Schema) => one.deviceId === deviceId),
    )
  }
  /** No command is waiting, and none awaits its reply. */
  const settle = async (): Promise<void> => {
    await ask(`${device}/commands`, 'DELETE')
    await until(
      () => ask(device),
      ({ body }) => body.commands.queued === 0 && body.commands.open === null,
    )
  }
  const prepare: Record<string, () => Promise<unknown>> = {
    sendCommand: settle,
    confirmCommand: async () => {
      await settle()
      const { body } = await ask(`${device}/commands`, 'POST', { intent: 'engine-cut' })
      made.token = body.confirmation.token
    },
    // Its device is not connected, so it does not end by itself.
    pauseCampaign: async () => {
      await ask('/v1/devices', 'POST', { deviceId: '9170000009' })
      const body = { intent: 'read-status', select: { ids: ['9170000009'] } }
      made.campaignId = (await ask('/v1/campaigns', 'POST', body)).body.campaignId
    },
    startProbe: settle,
    cancelCommand: async () => {
      const { body } = await ask(`${device}/commands?state=queued&limit=1`)
      made.commandId = body.items[0].commandId
    },
    redeliverEvent: async () => {
      const path = `/v1/webhooks/${made.webhookId}`
      await ask(path, 'PATCH', { events: ['device.added'] })
      let n = 9_001_000_100
      // Publishers learn of the change some seconds later.
      const { body } = await until(
        async () => {
          await ask('/v1/devices', 'POST', { deviceId: String(n++) })
          return ask(`${path}/deliveries`)
        },
        ({ body: { items } }) => items.some(({ type }: Schema) => type === 'device.added'),
      )
      made.deliveryId = body.items.find(({ type }: Schema) => type === 'device.added').deliveryId
    },
    adoptDevice: () => beUnknown('9001000007'),
    forgetUnknownDevice: () => beUnknown('9001000008'),
    deleteDevice: async () => void delete made.deviceId,
  }

  const receiver = await startReceiver(() => ({ status: 200 }))
  const bodyOf = (operationId: string, example: Example | null): unknown => {
    if (operationId === 'confirmCommand') return { token: made.token }
    // The host of the example does not exist.
    if (operationId === 'createWebhook') return { ...(example!.value as object), url: receiver.url }
    if (operationId === 'createNoticeChannel') {
      const server = new URL(receiver.url).origin
      return { name: 'My phone', target: { kind: 'ntfy', topic: 'our-cars-7Gk2', server } }
    }
    if (operationId === 'createNoticeRule') {
      return { ...(example!.value as object), channels: [made.channelId] }
    }
    return example?.value ?? undefined
  }
  const valueOf = ({ name, schema, example = schema.example }: Schema): unknown =>
    name === 'idempotency-key' ? randomUUID() : (made[name] ?? example)

  const send = async (method: string, path: string, operation: Schema, example: Example | null) => {
    const inPlace = (place: string): [string, string][] =>
      (operation.parameters ?? [])
        .filter((one: Schema) => one.in === place && valueOf(one) !== undefined)
        .map((one: Schema) => [one.name, String(valueOf(one))])
    const target = inPlace('path').reduce((text, [name, value]) => text.replace(`{${name}}`, value), path)
    const value = bodyOf(operation.operationId, example)
    const response = await fetch(`${url}${target}?${new URLSearchParams(inPlace('query')).toString()}`, {
      method: method.toUpperCase(),
      headers: {
        // The key of a link is the only one that its operation accepts.
        authorization: `Bearer ${operation['x-required-scope'] === 'share' ? made.key : TEST_ADMIN_KEY}`,
        ...Object.fromEntries(inPlace('header')),
        ...(example && { 'content-type': example.type }),
      },
      ...(value !== undefined && { body: typeof value === 'string' ? value : JSON.stringify(value) }),
    })
    const text = await response.text()
    const documented = Object.keys(operation.responses).filter((status) => status < '4')
    expect(documented, `${operation.operationId}: ${text.slice(0, 500)}`).toContain(String(response.status))
    if (operation.operationId === 'findAddress') expect(text).toContain('Biella, Italy')
    const { status, headers } = response
    const promised = described.find((one) => one.path === path && one.method === method.toUpperCase())!
    const answer = { status, headers: Object.fromEntries(headers), text }
    expect(check(promised, answer), operation.operationId).toEqual([])
    if (!/application\/json/.test(headers.get('content-type') ?? '')) return
    const shown = examplesOf(promised.responses[status]!.content['application/json'])
    expect(shown.map(namesIn), operation.operationId).toContainEqual(namesIn(JSON.parse(text)))
    const { commandId, probeId, keyId, campaignId, placeId, webhookId, deliveryId, shareId, key, ...more } =
      JSON.parse(text)
    const { channelId, ruleId } = more
    Object.assign(
      made,
      commandId && { commandId },
      probeId && { probeId },
      keyId && { keyId },
      campaignId && { campaignId },
      placeId && { placeId },
      webhookId && { webhookId },
      channelId && { channelId },
      ruleId && { ruleId },
      deliveryId && { deliveryId },
      shareId && { shareId, key },
    )
  }

  const operations = Object.entries<Schema>(document.paths)
    .flatMap(([path, item]) =>
      Object.entries<Schema>(item).map(([method, operation]) => ({
        method,
        path,
        operation: { ...operation, parameters: inline(document, operation.parameters ?? []) } as Schema,
      })),
    )
    .toSorted((a, b) => last.indexOf(a.operation.operationId) - last.indexOf(b.operation.operationId))
  expect(operations.map(({ operation }) => operation.operationId)).toEqual(expect.arrayContaining(last))
  for (const { method, path, operation } of operations) {
    const examples = bodiesOf(operation)
    expect(examples.length, `examples of ${operation.operationId}`).toBeGreaterThan(0)
    for (const example of examples) {
      await prepare[operation.operationId]?.()
      await send(method, path, operation, example)
    }
  }
})
