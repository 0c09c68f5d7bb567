import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type AwsRequest = { readonly operation: string; readonly path: string; readonly body: string }
export type AwsAnswer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** Answers of AWS by operation, over HTTP: the real SDKs of the tools read them. */
export async function startAwsAnswers(answers: Record<string, (request: AwsRequest) => AwsAnswer>) {
  const requests: AwsRequest[] = []
  const server = createServer((message, response) => {
    void readBody(message).then((body) => {
      const request = { operation: operationOf(message, body), path: message.url ?? '', body }
      requests.push(request)
      const answer = answers[request.operation]?.(request) ?? {
        status: 400,
        body: JSON.stringify({
          __type: 'UnknownOperationException',
          message: `no answer to ${request.operation}`,
        }),
      }
      response.writeHead(answer.status ?? 200, answer.headers)
      response.end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** By the action of a query, the target of a JSON protocol, or method and path of a REST one. */
function operationOf({ method, url = '', headers }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target']
  if (typeof target === 'string') return target.split('.').at(-1)!
  const action = new URLSearchParams(body).get('Action')
  if (action !== null) return action
  const rpc = /\/operation\/(\w+)$/.exec(url)?.[1]
  return rpc ?? `${method} ${url.split('?')[0]}`
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
