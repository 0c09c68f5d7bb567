import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts'
import { randomBytes } from 'node:crypto'
import { liveClientPrefix, topicsOf } from '../../shared/domain/topics.ts'

/** Temporary credentials, as a signer takes them. */
export type LiveCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** A way to watch one device, and no other. */
export type LiveAccess = {
  readonly url: string
  readonly clientId: string
  readonly topic: string
  /** ms since 1970 UTC: a connection must be made before. */
  readonly expiresAt: number
}
export type OpenLive = (deviceId: string, seconds: number) => Promise<LiveAccess>

/** AWS's least. The URL expires when it was asked to, whatever its credentials could do. */
const leastRoleSeconds = 900

/** What a session may do at most, whatever the role may: connect as a watcher of one device, and hear its topic. */
export function livePolicy({
  partition,
  region,
  account,
  stage,
  deviceId,
}: {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly stage: string
  readonly deviceId: string
}) {
  const arn = (resource: string): string => `arn:${partition}:iot:${region}:${account}:${resource}`
  const topic = topicsOf(stage).live(deviceId)
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iot:Connect',
        Resource: arn(`client/${liveClientPrefix(stage, deviceId)}*`),
      },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn(`topicfilter/${topic}`) },
      { Effect: 'Allow', Action: 'iot:Receive', Resource: arn(`topic/${topic}`) },
    ],
  }
}

/** Makes URLs for watching: a role that may hear every device, narrowed to one by a session policy, then signed. */
export function createOpenLive({
  sts,
  roleArn,
  region,
  stage,
  sign,
  now = Date.now,
}: {
  readonly sts: STSClient
  readonly roleArn: string
  readonly region: string
  readonly stage: string
  readonly sign: (credentials: LiveCredentials, seconds: number) => Promise<string>
  readonly now?: () => number
}): OpenLive {
  const [, partition, account] = /^arn:([\w-]+):iam::(\d{12}):role\//.exec(roleArn) ?? []
  if (partition === undefined || account === undefined)
    throw new Error(`LIVE_ROLE_ARN must be the ARN of an IAM role, not "${roleArn}"`)
  return async (deviceId, seconds) => {
    const at = now()
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: `live-${deviceId}`,
        DurationSeconds: Math.max(leastRoleSeconds, seconds),
        Policy: JSON.stringify(livePolicy({ partition, region, account, stage, deviceId })),
      }),
    )
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {}
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('STS gave no credentials')
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    }
    return {
      url: await sign(credentials, seconds),
      clientId: `${liveClientPrefix(stage, deviceId)}${randomBytes(8).toString('hex')}`,
      topic: topicsOf(stage).live(deviceId),
      expiresAt: at + seconds * 1_000,
    }
  }
}
