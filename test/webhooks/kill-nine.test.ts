import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import { expect, it, onTestFinished } from 'vitest'
import { createWebhookQueue } from '#shared/bus/webhook-queue.ts'
import { createWebhookStore } from '#shared/store/webhooks.ts'
import { createFanOut } from '#shared/webhooks/fan-out.ts'
import { startSqs } from '../../cdk/local/stand-ins/sqs.ts'
import { testCredentials, toEnv } from '../../cdk/local/stand-ins/identities.ts'
import { startFleet } from '../api/fakes.ts'
import { clientConfig } from '../local/client-config.ts'
import { idsOf, online, startReceiver } from './world.ts'

const QUEUE = 'webhooks.fifo'
const devices = ['1', '2', '3', '4', '5']
const EVENTS_OF_DEVICE = 8
/** The worker is killed before these requests are answered: in the middle of a batch, and in the one that comes again. */
const killedAt = [4, 9, 23]

const file = join(import.meta.dirname, 'worker-process.ts')

/** Table, queue and publisher outlive the worker, which is a process of its own. */
async function startOutside() {
  const fleet = await startFleet()
  // What a killed worker had received comes again after this time.
  const settings = { visibilitySeconds: 2, retentionSeconds: 600, redrive: null }
  const sqs = await startSqs({ queues: { [QUEUE]: settings } })
  const client = new SQSClient(clientConfig(sqs.endpoint))
  let worker: ChildProcess | null = null
  onTestFinished(async () => {
    worker?.kill('SIGKILL')
    client.destroy()
    await sqs.close()
    await fleet.close()
  })
  const store = createWebhookStore(fleet)
  const startWorker = (): void => {
    worker = spawn(process.execPath, [file], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        ...toEnv(testCredentials),
        STAGE: 'test',
        FLEET_TABLE: fleet.table,
        EVENT_BUS: 'h02-test',
        RETENTION_DAYS: '365',
        WEBHOOK_QUEUE: sqs.urlOf(QUEUE),
        WEBHOOK_TARGETS: 'any',
        AWS_ENDPOINT_URL_DYNAMODB: fleet.endpoint,
        AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      },
    })
  }
  const killWorker = async (): Promise<void> => {
    const dying = worker!
    const exited = once(dying, 'exit')
    dying.kill('SIGKILL')
    await exited
  }
  const putEvents = createFanOut({
    listWebhooks: store.list,
    deviceLabels: { read: async () => new Map() },
    send: createWebhookQueue(sqs.urlOf(QUEUE), client),
    now: Date.now,
  })
  return { store, putEvents, startWorker, killWorker }
}

// The small form of the kills of `npm run bench webhooks`.
it('webhooks: kill -9 of a worker within a batch loses nothing, and keeps order and ids', async () => {
  const { store, putEvents, startWorker, killWorker } = await startOutside()
  const events = Array.from({ length: EVENTS_OF_DEVICE }, (_, n) =>
    devices.map((deviceId) => online(deviceId, n)),
  ).flat()
  const delivered = new Set<string>()
  const all = Promise.withResolvers<void>()
  let kills = 0
  const receiver = await startReceiver(async ({ body }, n) => {
    if (n === killedAt[kills]) {
      kills++
      await killWorker()
      startWorker()
      return { status: 200 }
    }
    delivered.add(JSON.parse(body).id)
    if (delivered.size === events.length) all.resolve()
    return { status: 200 }
  })
  await store.create({
    url: receiver.url,
    events: null,
    devices: null,
    limit: null,
    description: null,
    createdBy: 'admin',
    expiresAt: null,
  })
  await putEvents(events)
  startWorker()
  await all.promise
  expect(kills).toBe(killedAt.length)
  // Repeats have the id and the text of the first time.
  const texts = Map.groupBy(receiver.requests, ({ body }) => JSON.parse(body).id as string)
  expect(new Set(texts.keys())).toEqual(new Set(events.map(({ id }) => id)))
  expect(receiver.requests.length).toBeGreaterThan(events.length)
  for (const requests of texts.values()) expect(new Set(requests.map(({ body }) => body)).size).toBe(1)
  const firsts = [...new Set(idsOf(receiver.requests))]
  for (const deviceId of devices) {
    const ofDevice = (ids: readonly string[]) => ids.filter((id) => id.startsWith(`${deviceId}:`))
    expect(ofDevice(firsts)).toEqual(ofDevice(events.map(({ id }) => id)))
  }
}, 120_000)
