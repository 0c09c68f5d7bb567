import { join } from 'node:path'
import { topicsOf } from '#shared/domain/topics.ts'
import { readTarget } from '../../lambdas/notify/targets.ts'
import { mapUrlOf } from './map-file.ts'
import type { OnClose } from './open-in-order.ts'
import type { LocalOptions } from './options.ts'
import { commandEnv, linksEnv, relayEnv, silenceEnv, trackersEnv, type Env } from './part-env.ts'
import { bundleOf } from './paths.ts'
import { STAGE, STREAM, type Part, type Services } from './services.ts'
import { startEventSource } from './stand-ins/event-source.ts'
import { createLambda, type LambdaFunction, type LambdaOptions } from './stand-ins/lambda.ts'
import { startQueueSource } from './stand-ins/queue-source.ts'
import { createRule, type Rule } from './stand-ins/rule.ts'
import { startSchedule } from './stand-ins/schedule.ts'

export type FunctionParts = {
  readonly options: Omit<LocalOptions, 'demo'>
  readonly services: Services
  /** The addresses and the access key that a part gets. */
  readonly envOf: (part: Part) => Env
  /** Called with each line that a function prints. */
  readonly onLine: (line: string) => void
  readonly onClose: OnClose
  readonly onError: (message: string, cause: unknown) => void
}
type Invoke = LambdaFunction['invoke']

/** The SNS topic for notifications of events, and its endpoint. */
export type NotifyTopic = { readonly topicArn: string; readonly endpoint: string }

export type Ingest = Pick<LambdaFunction, 'kill'> & {
  /** True if its last read of the log found nothing to process. */
  readonly hasCaughtUp: () => boolean
}

const RETENTION_DAYS = '365'
const API_CONCURRENCY = 10
/** Batches that one thread delivers at once: they mostly wait for answers. */
const WEBHOOK_CONCURRENCY = 20

function startFunction(
  { envOf, onLine, onClose }: FunctionParts,
  name: 'ingest' | 'archive' | 'control' | 'api' | 'notify' | 'webhooks',
  {
    env = {},
    ...limits
  }: Pick<LambdaOptions, 'concurrency' | 'eventsPerThread' | 'timeoutMs' | 'maxWaitMs'> & { env?: Env },
): LambdaFunction {
  const started = createLambda({
    name,
    file: bundleOf(name),
    ...limits,
    env: { ...env, ...envOf(name) },
    onLog: onLine,
  })
  onClose(started.close)
  return started
}

const webhookTargetsOf = ({ webhookPrivate = false }: FunctionParts['options']): string =>
  webhookPrivate ? 'any' : 'public'

/** The receivers of `--notify` as the console shows them: without addresses, because these contain secrets. */
const namesOf = (addresses: readonly string[]): string =>
  JSON.stringify(
    addresses
      .map(readTarget)
      .flatMap((target) =>
        'problem' in target ? [] : [{ kind: target.kind, name: target.name, events: [...target.events] }],
      ),
  )

/** `trackerPort`: the port of the gateway, which the console shows. */
export function startApi(
  parts: FunctionParts,
  { adminKey, trackerPort }: { readonly adminKey: string; readonly trackerPort: number },
): Invoke {
  const { options } = parts
  const start = (): LambdaFunction =>
    startFunction(parts, 'api', {
      env: {
        ADMIN_KEY: adminKey,
        ENGINE_COMMANDS: options.engine === true ? 'on' : 'off',
        ...relayEnv(options),
        API_CONCURRENCY: String(API_CONCURRENCY),
        STREAM_FILES: 'on',
        LIVE_THROUGH_API: 'on',
        MQTT_SETTING: 'on',
        ...trackersEnv(options, trackerPort),
        ...linksEnv(options),
        ...silenceEnv(options),
        ...(options.map !== undefined && { MAP_STYLE_URL: mapUrlOf(options.map) }),
        ...(options.mapOrigins?.length && { MAP_ORIGINS: options.mapOrigins.join(' ') }),
        ...(options.geocoder !== undefined && { GEOCODER: options.geocoder }),
        WEBHOOK_TARGETS: webhookTargetsOf(options),
        ...(options.notify && { NOTIFY_NAMES: namesOf(options.notify) }),
        RETENTION_DAYS,
        ...commandEnv,
      },
      concurrency: API_CONCURRENCY,
      eventsPerThread: API_CONCURRENCY,
      timeoutMs: 30_000,
      maxWaitMs: 20_000,
    })
  const api = start()
  // Health checks must not wait behind other requests; on AWS another instance would answer.
  const healthApi = start()
  return (event) => (rawPathOf(event) === '/healthz' ? healthApi : api).invoke(event)
}

const rawPathOf = (event: unknown): unknown => (event as { readonly rawPath?: unknown }).rawPath

/** Applies what gateways report, and sweeps when the schedule says so. */
export function startControl(parts: FunctionParts): Invoke {
  const { invoke } = startFunction(parts, 'control', {
    env: { ...commandEnv, ...silenceEnv(parts.options), RETENTION_DAYS },
    // Reports of gateways arrive while the sweep runs.
    concurrency: 4,
    eventsPerThread: 4,
    timeoutMs: 60_000,
  })
  const upRule = parts.services.iot.rule(topicsOf(STAGE).upFilter, invoke)
  parts.onClose(upRule.stop)
  return invoke
}

export function startSweep(
  { onClose, onError }: FunctionParts,
  { everyMs, invoke }: { readonly everyMs: number; readonly invoke: Invoke },
): void {
  const schedule = startSchedule(everyMs, invoke, (cause) => onError('sweep failed', cause))
  onClose(schedule.stop)
}

/** Returns the function that receives every event on the bus. */
export function startNotifier(parts: FunctionParts, topic: NotifyTopic | undefined): Rule['onEvent'] {
  const { options, onClose, onError } = parts
  const { invoke } = startFunction(parts, 'notify', {
    env: {
      ...(topic && { NOTIFY_TOPIC_ARN: topic.topicArn, AWS_ENDPOINT_URL_SNS: topic.endpoint }),
      ...(options.notify && { NOTIFY_TARGETS: options.notify.join(' ') }),
    },
    concurrency: 1,
    timeoutMs: 30_000,
  })
  const rule = createRule({ invoke, onError: (cause) => onError('notifier failed', cause) })
  onClose(rule.stop)
  return rule.onEvent
}

export function startWebhooks(parts: FunctionParts): void {
  const { options, services, onClose, onError } = parts
  const { invoke } = startFunction(parts, 'webhooks', {
    env: { RETENTION_DAYS, WEBHOOK_TARGETS: webhookTargetsOf(options) },
    concurrency: WEBHOOK_CONCURRENCY,
    eventsPerThread: WEBHOOK_CONCURRENCY,
    timeoutMs: 45_000,
  })
  const deliveries = startQueueSource({
    endpoint: services.env.AWS_ENDPOINT_URL_SQS!,
    queueUrl: services.env.WEBHOOK_QUEUE!,
    invoke,
    credentials: services.credentialsOf('webhooks'),
    concurrency: WEBHOOK_CONCURRENCY,
    onError,
  })
  onClose(deliveries.stop)
}

export const startIngest = (parts: FunctionParts, checkpoint: string): Promise<Ingest> =>
  startReader(parts, 'ingest', {
    env: { RETENTION_DAYS },
    windowSeconds: parts.options.batchWindowSeconds,
    checkpoint,
  })

export const startArchive = (parts: FunctionParts, windowSeconds: number): Promise<Ingest> =>
  startReader(parts, 'archive', { windowSeconds, checkpoint: 'archive-checkpoint' })

/** Starts a function that reads the log, from the beginning or from its last checkpoint. */
async function startReader(
  parts: FunctionParts,
  name: 'ingest' | 'archive',
  { env = {}, windowSeconds, checkpoint }: { env?: Env; windowSeconds: number; checkpoint: string },
): Promise<Ingest> {
  const { options, services, onClose, onError } = parts
  const reader = startFunction(parts, name, { env, concurrency: 1, timeoutMs: 60_000 })
  const source = await startEventSource({
    endpoint: services.kinesis.endpoint,
    stream: STREAM,
    invoke: reader.invoke,
    credentials: services.credentialsOf(name),
    windowSeconds,
    onNews: services.kinesis.onNews,
    onError,
    checkpointFile: join(options.dataDir, `${checkpoint}.json`),
  })
  onClose(source.stop)
  return { kill: reader.kill, hasCaughtUp: () => source.lag().caughtUp }
}
