import { randomUUID } from 'node:crypto'
import { putEventsNeeds, reportCalls } from './calls.ts'
import {
  closeServer,
  createWholeServer,
  JSON_1_1,
  jsonAnswer,
  listen,
  readJsonObject,
  refuseSignature,
} from './http.ts'
import { guarded } from './request-guard.ts'
import { testIdentities, type Identities, type OnCall } from './identities.ts'

/** An event as its receivers on AWS get it. */
export type ReceivedEvent = {
  readonly id: string
  readonly source: string
  readonly detailType: string
  readonly time: string
  readonly detail: Readonly<Record<string, unknown>>
}

type EventBusStandIn = { readonly endpoint: string; readonly close: () => Promise<void> }

const MAX_BYTES = 1024 * 1024

type Entry = { Source?: string; DetailType?: string; Detail?: string; Time?: number }

/** The part of EventBridge that we use: PutEvents. Each event goes to `onEvent`; there are no rules here. */
export async function startEventBus({
  onEvent,
  identities = testIdentities(),
  onCall,
}: {
  readonly onEvent: (event: ReceivedEvent) => void
  /** The keys whose requests are accepted. */
  readonly identities?: Identities
  readonly onCall?: OnCall | undefined
}): Promise<EventBusStandIn> {
  const server = createWholeServer({
    limit: MAX_BYTES,
    tooLarge: jsonAnswer(413, { __type: 'RequestEntityTooLarge' }, JSON_1_1),
    failed: (error) => jsonAnswer(500, { __type: 'InternalException', message: String(error) }, JSON_1_1),
    answer: guarded({ service: 'events', identities }, refuseSignature, async (call, { accessKeyId }) => {
      const { headers, body } = call
      if (onCall) reportCalls(onCall, putEventsNeeds, call, accessKeyId)
      const target = String(headers['x-amz-target'])
      const request = readJsonObject(body)
      if (target !== 'AWSEvents.PutEvents' || !Array.isArray(request?.Entries)) {
        return jsonAnswer(400, { __type: 'UnknownOperationException', message: target }, JSON_1_1)
      }
      const answers = (request.Entries as Entry[]).map((entry) => {
        const detail = readJsonObject(Buffer.from(entry.Detail ?? ''))
        if (!entry.Source || !entry.DetailType || detail === null) {
          return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
        }
        const id = randomUUID()
        const time = new Date((entry.Time ?? Date.now() / 1000) * 1000).toISOString()
        onEvent({ id, source: entry.Source, detailType: entry.DetailType, time, detail })
        return { EventId: id }
      })
      const failed = answers.filter((answer) => 'ErrorCode' in answer).length
      return jsonAnswer(200, { FailedEntryCount: failed, Entries: answers }, JSON_1_1)
    }),
  })
  const endpoint = await listen(server, { host: '127.0.0.1', port: 0, what: 'the event bus' })
  return { endpoint, close: () => closeServer(server) }
}
