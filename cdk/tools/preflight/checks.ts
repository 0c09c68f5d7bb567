import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DescribeAddressesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Config } from '../../config/settings.ts'

/** `stop`: the deployment would fail. `look`: it would succeed, but something else might not work. */
export type Finding = {
  readonly kind: 'ok' | 'look' | 'stop'
  readonly found: string
  readonly todo?: string
}
export type Check = { readonly title: string; readonly find: (config: Config) => Promise<Finding> }

const ok = (found: string): Finding => ({ kind: 'ok', found })
const look = (found: string, todo: string): Finding => ({ kind: 'look', found, todo })
const stop = (found: string, todo: string): Finding => ({ kind: 'stop', found, todo })

/** The version that the CDK's default synthesizer requires. */
const MIN_BOOTSTRAP = 6
/** Executions that Lambda keeps unreserved in an account. */
const KEPT_UNRESERVED = 100
/** With fewer executions than this, six functions and everything else in the account may starve each other. */
const ROOMY_CONCURRENCY = 100

const quotas = {
  addresses: { serviceCode: 'ec2', quotaCode: 'L-0263D0A3', name: 'EC2-VPC Elastic IPs' },
  vpcs: { serviceCode: 'vpc', quotaCode: 'L-F678F1CE', name: 'VPCs per Region' },
  rules: {
    serviceCode: 'vpc',
    quotaCode: 'L-0EA8095F',
    name: 'Inbound or outbound rules per security group',
  },
} as const

type Quota = (typeof quotas)[keyof typeof quotas]

const raise = ({ serviceCode, quotaCode, name }: Quota, to: number): string =>
  `Raise the quota "${name}": aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value ${to}`

/** What several checks read. */
type Account = { readonly ec2: EC2Client; readonly quotaOf: (quota: Quota) => Promise<number> }

const credentials: Check = {
  title: 'credentials',
  find: async () => {
    const { Account, Arn } = await new STSClient().send(new GetCallerIdentityCommand())
    return ok(`account ${Account}, ${Arn}`)
  },
}

const bootstrap: Check = {
  title: 'CDK bootstrap',
  find: async ({ bootstrapQualifier }) => {
    const qualifier = bootstrapQualifier ?? 'hnb659fds'
    const todo = 'Run npx cdk bootstrap with the same credentials and region'
    const parameter = await new SSMClient()
      .send(new GetParameterCommand({ Name: `/cdk-bootstrap/${qualifier}/version` }))
      .catch((error: unknown) => {
        if ((error as Error).name === 'ParameterNotFound') return null
        throw error
      })
    if (parameter === null) return stop(`none with qualifier ${qualifier}`, todo)
    const version = Number(parameter.Parameter?.Value)
    return version >= MIN_BOOTSTRAP
      ? ok(`version ${version}`)
      : stop(`version ${version}, ${MIN_BOOTSTRAP} is needed`, todo)
  },
}

const iotCore: Check = {
  title: 'IoT Core',
  find: async () => {
    const { endpointAddress } = await new IoTClient().send(
      new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }),
    )
    return endpointAddress
      ? ok(endpointAddress)
      : stop('no Data-ATS endpoint', 'Choose a region that has AWS IoT Core')
  },
}

const concurrency: Check = {
  title: 'Lambda concurrency',
  find: async ({ reservedConcurrency }) => {
    const { AccountLimit } = await new LambdaClient().send(new GetAccountSettingsCommand())
    const limit = AccountLimit?.ConcurrentExecutions ?? 0
    const free = AccountLimit?.UnreservedConcurrentExecutions ?? 0
    const reserved = 2 * reservedConcurrency
    const ask =
      'Ask for more: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000'
    if (reserved > 0 && free - reserved < KEPT_UNRESERVED) {
      return stop(
        `${free} unreserved; reservedConcurrency takes ${reserved}, and ${KEPT_UNRESERVED} must stay`,
        `Set reservedConcurrency to 0. ${ask}`,
      )
    }
    return limit < ROOMY_CONCURRENCY
      ? look(`${limit} in the whole account: a busy API can starve ingest`, ask)
      : ok(`${limit}, ${free} of them unreserved`)
  },
}

const elasticIps = ({ ec2, quotaOf }: Account): Check => ({
  title: 'Elastic IPs',
  find: async ({ network, availabilityZones }) => {
    const zones = availabilityZones.length || 2
    const needed = network === 'private' ? zones + Math.max(2, zones) : zones
    const [{ Addresses = [] }, quota] = await Promise.all([
      ec2.send(new DescribeAddressesCommand({})),
      quotaOf(quotas.addresses),
    ])
    const free = quota - Addresses.length
    return free >= needed
      ? ok(`${free} free, ${needed} needed`)
      : stop(
          `${free} free, ${needed} needed`,
          `Release addresses that nothing uses (aws ec2 describe-addresses). ${raise(quotas.addresses, quota + needed)}`,
        )
  },
})

const vpcs = ({ ec2, quotaOf }: Account): Check => ({
  title: 'VPCs',
  find: async ({ network }) => {
    if (network === 'existing') return ok('an existing one is used')
    const [{ Vpcs = [] }, quota] = await Promise.all([
      ec2.send(new DescribeVpcsCommand({})),
      quotaOf(quotas.vpcs),
    ])
    return Vpcs.length < quota
      ? ok(`${Vpcs.length} of ${quota}`)
      : stop(`${Vpcs.length} of ${quota}`, `Use network: 'existing'. ${raise(quotas.vpcs, quota + 5)}`)
  },
})

const securityGroupRules = ({ quotaOf }: Account): Check => ({
  title: 'allowedSources',
  find: async ({ allowedSources }) => {
    const quota = await quotaOf(quotas.rules)
    const count = allowedSources.length
    return count <= quota
      ? ok(`${count} of ${quota} rules of a security group`)
      : stop(`${count} networks, a security group takes ${quota} rules`, raise(quotas.rules, count))
  },
})

const stack: Check = {
  title: 'stack',
  find: async ({ stage, deletionProtection }) => {
    const StackName = `h02-${stage}`
    const stack = await new CloudFormationClient()
      .send(new DescribeStacksCommand({ StackName }))
      .then(({ Stacks }) => Stacks?.[0])
      .catch((error: unknown) => {
        if (/does not exist/.test((error as Error).message)) return undefined
        throw error
      })
    if (stack === undefined) {
      return deletionProtection
        ? look(
            'not deployed yet, and deletionProtection is on',
            'Remove it until the first deployment has succeeded: it blocks the clean-up of a failed one',
          )
        : ok('not deployed yet')
    }
    if (stack.StackStatus === 'ROLLBACK_COMPLETE' || stack.StackStatus === 'ROLLBACK_FAILED') {
      return stop(
        `${stack.StackStatus}: an earlier first deployment failed`,
        'See "If the first deployment fails" in cdk/OPERATIONS.md',
      )
    }
    return ok(String(stack.StackStatus))
  },
}

const alarms: Check = {
  title: 'alarms',
  find: async ({ alarmEmail, alarmTopicArn, stage }) =>
    alarmEmail === null && alarmTopicArn === null
      ? look('no one receives them', `Set alarmEmail or alarmTopicArn in cdk/stages/${stage}.ts`)
      : ok([alarmEmail, alarmTopicArn].filter((one) => one !== null).join(', ')),
}

async function readQuota(
  client: ServiceQuotasClient,
  { serviceCode, quotaCode, name }: Quota,
): Promise<number> {
  const { Quota } = await client.send(
    new GetServiceQuotaCommand({ ServiceCode: serviceCode, QuotaCode: quotaCode }),
  )
  if (Quota?.Value === undefined) throw new Error(`no quota "${name}"`)
  return Quota.Value
}

/** All checks before a deployment. Clients take region, credentials and endpoint from the shell. */
export function makeChecks(): Check[] {
  const serviceQuotas = new ServiceQuotasClient()
  const account = { ec2: new EC2Client(), quotaOf: (quota: Quota) => readQuota(serviceQuotas, quota) }
  return [
    credentials,
    bootstrap,
    iotCore,
    concurrency,
    elasticIps(account),
    vpcs(account),
    securityGroupRules(account),
    stack,
    alarms,
  ]
}
