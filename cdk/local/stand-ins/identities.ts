import { randomBytes } from 'node:crypto'
import { REGION, type Policy } from './iam-policy.ts'

/** A permanent access key. */
export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string }

/** Keys as environment variables, which the SDK reads. */
export const toEnv = ({ accessKeyId, secretAccessKey }: Credentials): Readonly<Record<string, string>> => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
})

/** The owner of an access key. */
export type Identity = Credentials & {
  /** Temporary credentials only. */
  readonly sessionToken: string | null
  /** ms since 1970; null: never */
  readonly expiresAt: number | null
  /** The session policy; null: only the role's permissions apply, which are not checked here. */
  readonly policy: Policy | null
}

/** A call as CloudTrail records it, for tests of least privilege. */
export type RecordedCall = {
  readonly accessKeyId: string
  readonly action: string
  readonly resource: string
  /** DynamoDB only: partition keys of the items. */
  readonly leadingKeys?: readonly string[]
}
export type OnCall = (call: RecordedCall) => void

export type Identities = {
  readonly find: (accessKeyId: string) => Identity | null
  /** Makes temporary credentials under a session policy. */
  readonly mint: (session: { readonly policy: Policy | null; readonly expiresAt: number }) => Identity
}

/** The access keys that this machine accepts: those of the parts, and sessions made from them. */
export function createIdentities(keys: Readonly<Record<string, string>>): Identities {
  const known = new Map<string, Identity>()
  const add = (identity: Identity): Identity => {
    known.set(identity.accessKeyId, identity)
    return identity
  }
  for (const [accessKeyId, secretAccessKey] of Object.entries(keys)) {
    add({ accessKeyId, secretAccessKey, sessionToken: null, expiresAt: null, policy: null })
  }
  return {
    find: (accessKeyId) => known.get(accessKeyId) ?? null,
    mint: ({ policy, expiresAt }) =>
      add({
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        expiresAt,
        policy,
      }),
  }
}

/** For tests that start a single stand-in: the key `test` with the secret `test`. */
export const testCredentials: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
export const testIdentities = (): Identities => createIdentities({ test: 'test' })

/** The access key id in an `Authorization` header of SigV4. */
export const accessKeyOf = (authorization: string | undefined): string | null =>
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(authorization ?? '')?.[1] ?? null
