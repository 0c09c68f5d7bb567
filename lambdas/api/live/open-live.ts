import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts'
import { liveClientId, topicsOf } from '../../shared/domain/topics.ts'

/** Temporary credentials, as a signer needs them. */
export type LiveCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Access to the live topic of one device. */
export type LiveAccess = {
  readonly url: string
  readonly clientId: string
  readonly topic: string
}
export type OpenLive = (
  deviceId: string,
  grant: { readonly grantId: string; readonly seconds: number },
) => Promise<LiveAccess>

/** AWS limit. The URL expires with its grant, which may be earlier. */
const MIN_ROLE_SECONDS = 900

/**
 * The maximum permissions of a session, whatever its role allows: connect as the client of one grant, and receive its
 * topic.
 */
function livePolicy({
  partition,
  region,
  account,
  stage,
  deviceId,
  grantId,
}: {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly stage: string
  readonly deviceId: string
  readonly grantId: string
}) {
  const arn = (resource: string): string => `arn:${partition}:iot:${region}:${account}:${resource}`
  const topic = topicsOf(stage).live(deviceId, grantId)
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iot:Connect',
        Resource: arn(`client/${liveClientId(stage, deviceId, grantId)}`),
      },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn(`topicfilter/${topic}`) },
      { Effect: 'Allow', Action: 'iot:Receive', Resource: arn(`topic/${topic}`) },
    ],
  }
}

/**
 * Makes URLs for watching: assumes a role that may receive every device's topic, restricts it to one by a session
 * policy, and signs.
 */
export function createOpenLive({
  sts,
  roleArn,
  region,
  stage,
  sign,
}: {
  readonly sts: STSClient
  readonly roleArn: string
  readonly region: string
  readonly stage: string
  readonly sign: (credentials: LiveCredentials, seconds: number) => Promise<string>
}): OpenLive {
  const [, partition, account] = /^arn:([\w-]+):iam::(\d{12}):role\//.exec(roleArn) ?? []
  if (partition === undefined || account === undefined)
    throw new Error(`LIVE_ROLE_ARN must be the ARN of an IAM role, not "${roleArn}"`)
  return async (deviceId, { grantId, seconds }) => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: `live-${deviceId}`,
        DurationSeconds: Math.max(MIN_ROLE_SECONDS, seconds),
        Policy: JSON.stringify(livePolicy({ partition, region, account, stage, deviceId, grantId })),
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
      clientId: liveClientId(stage, deviceId, grantId),
      topic: topicsOf(stage).live(deviceId, grantId),
    }
  }
}
