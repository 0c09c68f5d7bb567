import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts'
import { liveClientId, topicsOf } from '../../shared/domain/topics.ts'

/** Temporary credentials, as a signer needs them. */
type LiveCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Access to the live view of one or several devices, and no others. */
type LiveAccess = {
  readonly url: string
  readonly clientId: string
  readonly topic: string
}
/** `deviceId` null: several devices. The grant's id is in every topic, so they need no list in the policy. */
export type OpenLive = (
  deviceId: string | null,
  grant: { readonly grantId: string; readonly seconds: number },
) => Promise<LiveAccess>

/** AWS limit. The URL expires with its grant, which may be earlier. */
const MIN_ROLE_SECONDS = 900

/** Stands for the device id in the client id of a view of several devices. */
const SEVERAL = 'several'

/** The session policy, which narrows the role: connect as the client of one grant, and receive its topics. */
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
  readonly deviceId: string | null
  readonly grantId: string
}) {
  const arn = (resource: string): string => `arn:${partition}:iot:${region}:${account}:${resource}`
  const topicOf = (anyDevice: string): string => topicsOf(stage).live(deviceId ?? anyDevice, grantId)
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iot:Connect',
        Resource: arn(`client/${liveClientId(stage, deviceId ?? SEVERAL, grantId)}`),
      },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn(`topicfilter/${topicOf('+')}`) },
      { Effect: 'Allow', Action: 'iot:Receive', Resource: arn(`topic/${topicOf('*')}`) },
    ],
  }
}

/**
 * Makes URLs for watching: assumes a role that may receive the topics of every device, narrowed to one grant by a session policy,
 * and signs the URL.
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
        RoleSessionName: `live-${deviceId ?? SEVERAL}`,
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
      clientId: liveClientId(stage, deviceId ?? SEVERAL, grantId),
      topic: topicsOf(stage).live(deviceId ?? '+', grantId),
    }
  }
}
