import { Webhook as Signer } from 'standardwebhooks'
import { toHeaderId } from '#shared/domain/webhooks/message.ts'

/** The secrets of a webhook, newest first. There are two for a day after a rotation. */
type Secrets = readonly string[]

/** Headers of Standard Webhooks: https://www.standardwebhooks.com */
export function signedHeaders(
  secrets: Secrets,
  eventId: string,
  body: string,
  now: number,
): Readonly<Record<string, string>> {
  const at = new Date(now)
  const id = toHeaderId(eventId)
  return {
    'content-type': 'application/json',
    'user-agent': 'h02-gateway',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
  }
}
