import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/**
 * The current text of a secret in Secrets Manager, during a rotation the new value. Throws if it cannot be read, or if
 * it is binary.
 */
export async function readSecret(secretId: string): Promise<string> {
  const client = new SecretsManagerClient({
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
  })
  try {
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' }),
    )
    if (SecretString === undefined) throw new Error(`the secret ${secretId} contains no text`)
    return SecretString
  } finally {
    client.destroy()
  }
}
