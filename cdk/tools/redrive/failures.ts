import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { requireApplied, type Invoke } from './lambda-invoke.ts'

/** Objects of the topic rule's error action have this prefix; all others are of an event source of the log. */
const RULE_PREFIX = 'iot/'

type FailuresPorts = {
  readonly s3: Pick<S3Client, 'send'>
  readonly bucket: string
  readonly invoke: Invoke
  readonly ingestFunction: string
  /** Null: the stack has no archive. */
  readonly archiveFunction: string | null
  readonly controlFunction: string
  readonly onDone?: (key: string) => void
}

/**
 * Sends every object of the failures bucket to the function that failed on it, oldest first, because order is part of a
 * device's history. Functions recognize what they have applied already, so it is safe to repeat. The objects stay; the
 * bucket deletes them after 8 days. Stops at the first one that fails again. Resolves to the number of objects.
 */
export async function redriveFailures(ports: FailuresPorts): Promise<number> {
  const { s3, bucket, invoke, controlFunction } = ports
  const objects: { key: string; at: number }[] = []
  let token: string | undefined
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }))
    for (const { Key, LastModified } of page.Contents ?? []) {
      if (Key !== undefined) objects.push({ key: Key, at: LastModified?.getTime() ?? 0 })
    }
    token = page.NextContinuationToken
  } while (token !== undefined)
  for (const { key } of objects.toSorted((a, b) => a.at - b.at)) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    const content = JSON.parse((await Body?.transformToString()) ?? '') as unknown
    try {
      if (key.startsWith(RULE_PREFIX)) await invoke(controlFunction, reportOf(content))
      else requireApplied(await invoke(readerOf(content, ports), batchOf(content)))
    } catch (cause) {
      throw new Error(`${key} failed again`, { cause })
    }
    ports.onDone?.(key)
  }
  return objects.length
}

/** The function that failed, as Lambda names it in the object: ingest, or the archive. */
function readerOf(content: unknown, { ingestFunction, archiveFunction }: FailuresPorts): string {
  const { requestContext } = content as { requestContext?: { functionArn?: string } }
  const name = requestContext?.functionArn?.split(':')[6]
  if (name === undefined || name === ingestFunction) return ingestFunction
  if (name === archiveFunction) return archiveFunction
  throw new Error(`it belongs to ${name}, which is not a function of this stack`)
}

/** An on-failure object of an event source contains the whole batch as text in `payload`. */
function batchOf(content: unknown): unknown {
  const { payload } = content as { payload?: unknown }
  if (payload === undefined) throw new Error('the object has no payload')
  return typeof payload === 'string' ? JSON.parse(payload) : payload
}

/** An error-action object of a topic rule as the rule's event for control: the report's fields and its topic. */
function reportOf(content: unknown): unknown {
  const { base64OriginalPayload, topic } = content as { base64OriginalPayload: string; topic: string }
  const report = JSON.parse(Buffer.from(base64OriginalPayload, 'base64').toString()) as object
  return { ...report, topic }
}
