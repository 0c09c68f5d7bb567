import { randomUUID } from 'node:crypto'
import { putRecordBatchNeeds, reportCalls } from './calls.ts'
import { guarded } from './request-guard.ts'
import {
  closeServer,
  createWholeServer,
  JSON_1_1,
  jsonAnswer,
  listen,
  readJsonObject,
  refuseSignature,
  type Answer,
} from './http.ts'
import { testIdentities, type Identities, type OnCall } from './identities.ts'

export type FirehoseStandIn = { readonly endpoint: string; readonly close: () => Promise<void> }

/** AWS limits: bytes per record and call, records per call. */
const MAX_RECORD_BYTES = 1_000 * 1_024
const MAX_CALL_BYTES = 4 * 1_024 * 1_024
const MAX_RECORDS = 500

const refusal = (type: string, message: string): Answer =>
  jsonAnswer(400, { __type: type, message }, JSON_1_1)
const unavailable = { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' }

/** The part of Firehose that we use: PutRecordBatch. Records are passed to `write` before it answers. */
export async function startFirehose({
  write,
  refuses = () => false,
  identities = testIdentities(),
  onCall,
  onError = () => {},
}: {
  /** Throws if the bytes cannot be stored: then no record of the call is accepted. */
  readonly write: (bytes: Buffer) => void
  /** Which records of a call are refused, by index; for tests. */
  readonly refuses?: (index: number) => boolean
  /** The keys whose requests are accepted. */
  readonly identities?: Identities
  readonly onCall?: OnCall | undefined
  readonly onError?: (message: string, cause: unknown) => void
}): Promise<FirehoseStandIn> {
  const put = (records: readonly Buffer[]): Answer => {
    const taken = records.filter((_, i) => !refuses(i))
    try {
      if (taken.length > 0) write(Buffer.concat(taken))
    } catch (cause) {
      onError('the archive cannot be written', cause)
      return jsonAnswer(503, { __type: 'ServiceUnavailableException', message: String(cause) }, JSON_1_1)
    }
    const answers = records.map((_, i) => (refuses(i) ? unavailable : { RecordId: randomUUID() }))
    return jsonAnswer(
      200,
      { FailedPutCount: records.length - taken.length, RequestResponses: answers },
      JSON_1_1,
    )
  }
  const server = createWholeServer({
    // In base64, plus the JSON around it.
    limit: 2 * MAX_CALL_BYTES,
    tooLarge: jsonAnswer(413, { __type: 'RequestEntityTooLarge' }, JSON_1_1),
    failed: (error) => jsonAnswer(500, { __type: 'InternalFailure', message: String(error) }, JSON_1_1),
    answer: guarded({ service: 'firehose', identities }, refuseSignature, async (call, { accessKeyId }) => {
      if (onCall) reportCalls(onCall, putRecordBatchNeeds, call, accessKeyId)
      const target = String(call.headers['x-amz-target'])
      const request = readJsonObject(call.body)
      if (target !== 'Firehose_20150804.PutRecordBatch' || !Array.isArray(request?.Records))
        return refusal('UnknownOperationException', target)
      const records = (request.Records as { Data?: unknown }[]).map(({ Data }) =>
        Buffer.from(String(Data), 'base64'),
      )
      const bytes = records.reduce((sum, { length }) => sum + length, 0)
      const isWithin =
        records.length >= 1 &&
        records.length <= MAX_RECORDS &&
        bytes <= MAX_CALL_BYTES &&
        records.every(({ length }) => length >= 1 && length <= MAX_RECORD_BYTES)
      return isWithin ? put(records) : refusal('InvalidArgumentException', 'Records are over a limit.')
    }),
  })
  const endpoint = await listen(server, { host: '127.0.0.1', port: 0, what: 'the archive' })
  return { endpoint, close: () => closeServer(server) }
}
