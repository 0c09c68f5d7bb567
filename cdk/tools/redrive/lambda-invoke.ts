import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'

/** Calls a function and returns its answer; rejects with the function's own error. */
export type Invoke = (functionName: string, event: unknown) => Promise<unknown>

export function createInvoke(
  client: Pick<LambdaClient, 'send'> = new LambdaClient({ maxAttempts: 3 }),
): Invoke {
  return async (functionName, event) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
    )
    const text = Buffer.from(Payload ?? []).toString()
    if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${text}`)
    return text === '' ? null : (JSON.parse(text) as unknown)
  }
}

/** Throws unless the function applied the whole batch: its answer names the first record that it did not apply. */
export function requireApplied(answer: unknown): void {
  const { batchItemFailures = [] } = (answer ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] }
  const [first] = batchItemFailures
  if (first)
    throw new Error(`stopped at record ${first.itemIdentifier}; search the function's log for the cause`)
}
