import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accessKeyOf, type OnCall } from '../../cdk/local/stand-ins/identities.ts'

export type AwsFakes = {
  readonly endpoint: string
  /** The notifications that people got. */
  readonly received: string[]
  readonly close: () => void
}

/** The parts of SNS and Secrets Manager that our code needs. Each call is passed to `onCall`. */
export async function startAwsFakes(
  secrets: Readonly<Record<string, string>>,
  onCall: OnCall,
): Promise<AwsFakes> {
  const received: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const accessKeyId = accessKeyOf(request.headers.authorization) ?? 'unknown'
    if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
      const { SecretId } = JSON.parse(body) as { SecretId: string }
      onCall({ accessKeyId, action: 'secretsmanager:GetSecretValue', resource: SecretId })
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(JSON.stringify({ ARN: SecretId, Name: SecretId, SecretString: secrets[SecretId] }))
      return
    }
    const form = new URLSearchParams(body)
    const action = String(form.get('Action'))
    onCall({ accessKeyId, action: `sns:${action}`, resource: form.get('TopicArn') ?? '*' })
    if (action === 'Publish') received.push(String(form.get('Message')))
    response.setHeader('content-type', 'text/xml')
    const result = {
      Publish: '<MessageId>1</MessageId>',
      Subscribe: '<SubscriptionArn>arn:1</SubscriptionArn>',
    }[action]
    response.end(
      `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result ?? ''}</${action}Result></${action}Response>`,
    )
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
