import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { requireApplied } from './require-applied.ts'
import type { Invoke } from './lambda-invoke.ts'

/** Objects of the topic rule's error action begin so; everything else is of an event source of the log. */
const RULE_PREFIX = 'iot/'

export type FailuresPorts = {
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
 * Gives every object of the failures bucket to the function that could not handle it, oldest first: order is part of
 * the history of a device. What was applied already is recognized, so it may be repeated. Objects stay; the bucket
 * deletes them after 8 days. Stops at the first that fails again. Resolves to the number of objects.
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

/** The function that could not handle it, as Lambda names it there: ingest, or the archive. */
function readerOf(content: unknown, { ingestFunction, archiveFunction }: FailuresPorts): string {
  const { requestContext } = content as { requestContext?: { functionArn?: string } }
  const name = requestContext?.functionArn?.split(':')[6]
  if (name === undefined || name === ingestFunction) return ingestFunction
  if (name === archiveFunction) return archiveFunction
  throw new Error(`it belongs to ${name}, which is no function of this stack`)
}

/** An on-failure object of an event source: the whole batch is its `payload`, as text. */
function batchOf(content: unknown): unknown {
  const { payload } = content as { payload?: unknown }
  if (payload === undefined) throw new Error('the object has no payload')
  return typeof payload === 'string' ? JSON.parse(payload) : payload
}

/** An error-action object of a topic rule, as the rule hands a report to control: with its topic beside its fields. */
function reportOf(content: unknown): unknown {
  const { base64OriginalPayload, topic } = content as { base64OriginalPayload: string; topic: string }
  const report = JSON.parse(Buffer.from(base64OriginalPayload, 'base64').toString()) as object
  return { ...report, topic }
}
