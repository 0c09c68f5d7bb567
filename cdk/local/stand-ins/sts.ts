import { randomUUID } from 'node:crypto'
import { ACCOUNT, readPolicy } from './iam-policy.ts'
import { closeServer, createWholeServer, listen, type Answer } from './http.ts'
import { guarded } from './request-guard.ts'
import type { Identities, OnCall } from './identities.ts'

/** AWS limits; a role that assumes another role gets at most an hour. */
const MAX_POLICY_LENGTH = 2_048
const MIN_SECONDS = 900
const MAX_SECONDS = 3_600
const MAX_BYTES = 64 * 1024

export type Sts = { readonly endpoint: string; readonly close: () => Promise<void> }

/** The part of STS that we use: AssumeRole. Its credentials are known to all users of `identities`. */
export async function startSts({
  identities,
  onCall = () => {},
  now = Date.now,
}: {
  readonly identities: Identities
  readonly onCall?: OnCall
  readonly now?: () => number
}): Promise<Sts> {
  const assumeRole = (accessKeyId: string, form: URLSearchParams): Answer => {
    const roleArn = form.get('RoleArn') ?? ''
    const sessionName = form.get('RoleSessionName') ?? ''
    const [, roleName] = new RegExp(`^arn:aws:iam::${ACCOUNT}:role/(.+)$`).exec(roleArn) ?? []
    const seconds = Number(form.get('DurationSeconds') ?? MAX_SECONDS)
    const policyText = form.get('Policy')
    onCall({ accessKeyId, action: 'sts:AssumeRole', resource: roleArn })
    if (roleName === undefined) return failure(403, 'AccessDenied', `not authorized to assume ${roleArn}`)
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) return failure(400, 'ValidationError', 'RoleSessionName')
    if (!Number.isInteger(seconds) || seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
      return failure(400, 'ValidationError', `DurationSeconds must be ${MIN_SECONDS} to ${MAX_SECONDS}`)
    }
    if (policyText !== null && policyText.length > MAX_POLICY_LENGTH) {
      return failure(400, 'PackedPolicyTooLarge', `a policy has ${MAX_POLICY_LENGTH} characters at most`)
    }
    const policy = policyText === null ? null : readPolicy(policyText)
    if (policy !== null && 'problem' in policy) return failure(400, 'MalformedPolicyDocument', policy.problem)
    const expiresAt = now() + seconds * 1_000
    const identity = identities.mint({ policy, expiresAt })
    return answer(
      200,
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>` +
        `<AssumedRoleUser><AssumedRoleId>AROALOCAL:${sessionName}</AssumedRoleId>` +
        `<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/${escape(roleName)}/${sessionName}</Arn></AssumedRoleUser>` +
        `<Credentials><AccessKeyId>${identity.accessKeyId}</AccessKeyId>` +
        `<SecretAccessKey>${identity.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${identity.sessionToken}</SessionToken>` +
        `<Expiration>${new Date(expiresAt).toISOString()}</Expiration></Credentials>` +
        `</AssumeRoleResult>${metadata()}</AssumeRoleResponse>`,
    )
  }
  const server = createWholeServer({
    limit: MAX_BYTES,
    tooLarge: failure(413, 'RequestEntityTooLarge', 'the request is too large'),
    failed: (error) => failure(500, 'InternalFailure', String(error)),
    answer: guarded({ service: 'sts', identities, now }, refusal, async ({ body }, identity) => {
      const form = new URLSearchParams(body.toString())
      const action = form.get('Action')
      if (action !== 'AssumeRole')
        return failure(400, 'InvalidAction', `${action} is not supported on this machine`)
      return assumeRole(identity.accessKeyId, form)
    }),
  })
  const endpoint = await listen(server, { host: '127.0.0.1', port: 0, what: 'STS' })
  return { endpoint, close: () => closeServer(server) }
}

const metadata = (): string => `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`

const answer = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body,
})

const failure = (status: number, code: string, message: string): Answer =>
  answer(
    status,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>` +
      `<Code>${code}</Code><Message>${escape(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  )

const refusal = (problem: string): Answer => failure(403, 'InvalidClientTokenId', problem)

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
