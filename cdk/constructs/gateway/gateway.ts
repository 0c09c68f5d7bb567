import { join } from 'node:path'
import { Duration, IgnoreMode, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib'
import { Port, Peer, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { Platform } from 'aws-cdk-lib/aws-ecr-assets'
import {
  AvailabilityZoneRebalancing,
  AwsLogDriverMode,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  UlimitName,
} from 'aws-cdk-lib/aws-ecs'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { gatewayClientId } from '../../../lambdas/shared/domain/topics.ts'
import type { GatewayEnv } from '../../../lambdas/shared/env.ts'
import type { Config } from '../../config/config.ts'
import { connectionsPerAddressOf } from '../../config/settings.ts'
import { ourMetric } from '../watch/metrics.ts'
import { allow } from '../helpers/allow.ts'
import type { Data } from '../data/data.ts'
import { HEALTH_PORT, TRACKER_PORT, type Entry } from '../network/entry.ts'
import type { LogStream } from '../data/log-stream.ts'
import type { Network } from '../network/network.ts'
import type { Common } from '../functions/part-function.ts'
import { GATEWAY_ID_IS_MADE_LATER, iotArnsOf } from '../helpers/topic-arns.ts'

type GatewayProps = Common &
  Pick<
    Config,
    | 'tasksMin'
    | 'tasksMax'
    | 'cpuUnits'
    | 'memoryMb'
    | 'connectionsPerTask'
    | 'connectionsPerAddress'
    | 'allowedSources'
    | 'registration'
    | 'relay'
    | 'batchWindowSeconds'
  > & {
    readonly network: Network
    readonly entry: Entry
    readonly data: Data
    readonly log: LogStream
    readonly iotHost: string
  }

const root = join(import.meta.dirname, '../../..')

/**
 * The image's hash is computed from these: the bundle, and the Dockerfile with the digest of its base. The image is the
 * same wherever it is built, and the build runs no commands.
 */
export const imageFiles = {
  exclude: [
    '*',
    '!container',
    'container/*',
    '!container/Dockerfile',
    '!.build',
    '.build/*',
    '!.build/gateway',
  ],
  ignoreMode: IgnoreMode.DOCKER,
}

/** The tasks that hold the trackers' sockets. All settings here serve one purpose: no socket is closed without need. */
export class Gateway extends Construct {
  readonly service: FargateService
  readonly cluster: Cluster
  readonly taskRole: Role
  readonly logGroup: LogGroup
  readonly hasPublicAddress: boolean

  constructor(scope: Construct, id: string, props: GatewayProps) {
    super(scope, id)
    const { network, entry } = props
    this.hasPublicAddress = network.tasksHavePublicAddress
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
    })
    Validations.of(this.cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'The gateway sends its own metrics, per minute; the load balancer counts healthy tasks. Container Insights would cost more than a task.',
    })
    this.logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.taskRole = new Role(this, 'TaskRole', {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
      description: `gateway of ${Stack.of(this).stackName}`,
    })
    this.permit(props)

    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition: this.createTask(props),
      vpcSubnets: { subnets: [...network.taskSubnets] },
      assignPublicIp: network.tasksHavePublicAddress,
      securityGroups: [this.createSecurityGroup(props)],
      // Enabled by default since 2025: it stops tasks that hold sockets, to balance zones.
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.minutes(1),
      enableExecuteCommand: false,
    })
    entry.leadTo(this.service)
    // The target group must be attached to its listener before the service may use it.
    this.service.node.addDependency(entry.loadBalancer)
    this.scale(props)
  }

  private createTask(props: GatewayProps): FargateTaskDefinition {
    const { stage, entry, data, log } = props
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: props.cpuUnits,
      memoryLimitMiB: props.memoryMb,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole: this.taskRole,
    })
    const container = task.addContainer('gateway', {
      image: ContainerImage.fromAsset(root, {
        file: 'container/Dockerfile',
        platform: Platform.LINUX_ARM64,
        ...imageFiles,
      }),
      environment: {
        STAGE: stage,
        LOG_STREAM: log.stream.streamName,
        FLEET_TABLE: data.fleet.tableName,
        REGISTRATION: props.registration,
        BATCH_WINDOW_SECONDS: String(props.batchWindowSeconds),
        ...(props.metrics === 'few' && { METRICS: 'few' }),
        ...(props.relay && { RELAY: 'on' }),
        TCP_PORT: String(TRACKER_PORT),
        HEALTH_PORT: String(HEALTH_PORT),
        IOT_ENDPOINT: props.iotHost,
        MAX_CONNECTIONS_PER_ADDRESS: String(connectionsPerAddressOf(props)),
        PUBLIC_ADDRESSES: entry.addresses
          .map(({ attrPublicIp }) => `${attrPublicIp}:${TRACKER_PORT}`)
          .join(','),
      } satisfies GatewayEnv & Record<string, string>,
      portMappings: [{ containerPort: TRACKER_PORT }, { containerPort: HEALTH_PORT }],
      readonlyRootFilesystem: true,
      // Fargate's maximum: draining takes up to 110 s (cdk/ARCHITECTURE.md section 9.2).
      stopTimeout: Duration.seconds(120),
      logging: LogDrivers.awsLogs({
        streamPrefix: 'gateway',
        logGroup: this.logGroup,
        // Blocking mode would stop the event loop, and so every socket, whenever CloudWatch is slow.
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(16),
      }),
    })
    // A socket is an open file; the default limit is 65,535.
    container.addUlimits({ name: UlimitName.NOFILE, softLimit: 262_144, hardLimit: 262_144 })
    Validations.of(task).acknowledge(
      {
        id: 'AwsSolutions-ECS2',
        reason:
          'These variables are not secret: names of resources, and settings. Permissions come from the role.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'Execution role, made by the CDK: ecr:GetAuthorizationToken applies to the account and has no resources.',
      },
    )
    return task
  }

  private createSecurityGroup({ network, relay }: GatewayProps): SecurityGroup {
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Gateway tasks: reached by the load balancer only',
      allowAllOutbound: false,
    })
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'AWS')
    if (relay) {
      // Each device names its server and its port. The gateway refuses addresses that are not public.
      securityGroup.addEgressRule(Peer.anyIpv4(), Port.allTcp(), 'Servers that devices are relayed to')
    }
    return securityGroup
  }

  private scale(props: GatewayProps): void {
    const scaling = this.service.autoScaleTaskCount({
      minCapacity: props.tasksMin,
      maxCapacity: props.tasksMax,
    })
    scaling.scaleToTrackCustomMetric('Connections', {
      // Each task reports its own number without a dimension for the task, so the average is the load of one task.
      metric: ourMetric(props.stage, 'gateway', 'OpenSockets', { statistic: 'Average' }),
      targetValue: props.connectionsPerTask,
      // Removing a task closes its sockets: people decide when.
      disableScaleIn: true,
      scaleOutCooldown: Duration.minutes(3),
    })
  }

  private permit({ stage, data, log }: GatewayProps): void {
    const iot = iotArnsOf(this, stage)
    allow(
      this.taskRole,
      { sid: 'FillLog', actions: ['kinesis:PutRecords'], resources: [log.stream.streamArn] },
      {
        sid: 'TakeSessions',
        actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem'],
        resources: [data.fleet.tableArn],
      },
      {
        sid: 'Connect',
        actions: ['iot:Connect'],
        resources: [iot.client(gatewayClientId(stage, '*'))],
        wildcard: GATEWAY_ID_IS_MADE_LATER,
      },
      {
        sid: 'Subscribe',
        actions: ['iot:Subscribe'],
        resources: iot.gatewayFilters,
        wildcard: GATEWAY_ID_IS_MADE_LATER,
      },
      {
        sid: 'Receive',
        actions: ['iot:Receive'],
        resources: iot.gatewayTopics,
        wildcard: GATEWAY_ID_IS_MADE_LATER,
      },
      {
        sid: 'Evict',
        actions: ['iot:Publish'],
        resources: [iot.control],
        wildcard: GATEWAY_ID_IS_MADE_LATER,
      },
      { sid: 'Report', actions: ['iot:Publish'], resources: iot.reports },
      {
        sid: 'ShowLive',
        actions: ['iot:Publish'],
        resources: [iot.live],
        wildcard: 'one topic per device; which devices there are is not known here',
      },
    )
  }
}
