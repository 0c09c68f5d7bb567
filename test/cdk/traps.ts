import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { stack } from './shared-stack.ts'

const attributesOf = (list: readonly { Key: string; Value: string }[]): Record<string, string> =>
  Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]))
const isIn = (resource: { Type: string; Properties: any }, pattern: object): void =>
  stack.template.hasResourceProperties(resource.Type, pattern)

describe('trackers get our address once, by SMS, so', () => {
  it('addresses are Elastic IPs that outlive the stack: a new address would lose every tracker', () => {
    const addresses = stack.ofType('AWS::EC2::EIP')
    expect(addresses).toHaveLength(2)
    for (const { DeletionPolicy, UpdateReplacePolicy } of addresses) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain'])
    }
    const { Properties } = stack.only('AWS::ElasticLoadBalancingV2::LoadBalancer')
    expect(Properties.SubnetMappings.map(({ AllocationId }: any) => flatten(AllocationId))).toEqual(
      ['<EntryAddress11CB6B9D2.AllocationId>', '<EntryAddress2E1BB0A3E.AllocationId>'].map(() =>
        expect.stringMatching(/^<EntryAddress\d\w+\.AllocationId>$/),
      ),
    )
  })

  it('the SMS to send is an output, ready to copy', () => {
    expect(flatten(stack.outputs.TrackerSms!.Value)).toMatch(/^8040000 <EntryAddress1\w+\.PublicIp> 5013$/)
    expect(flatten(stack.outputs.SpareAddresses!.Value)).toMatch(/^<EntryAddress2\w+\.PublicIp>$/)
    expect(Object.keys(stack.outputs)).toEqual(
      expect.arrayContaining(['ApiUrl', 'ConsoleUrl', 'AdminKeyCommand', 'DashboardUrl', 'TelemetryTable']),
    )
  })
})

describe('the load balancer', () => {
  it('lets a socket be silent for an hour, because trackers sleep', () => {
    const listener = stack.only('AWS::ElasticLoadBalancingV2::Listener').Properties
    expect(listener).toMatchObject({ Port: 5013, Protocol: 'TCP' })
    expect(attributesOf(listener.ListenerAttributes)).toEqual({ 'tcp.idle_timeout.seconds': '3600' })
  })

  it('shows the tracker’s own address: else limits per address would hit everyone at once', () => {
    const group = attributesOf(
      stack.only('AWS::ElasticLoadBalancingV2::TargetGroup').Properties.TargetGroupAttributes,
    )
    expect(group['preserve_client_ip.enabled']).toBe('true')
  })

  it('keeps the sockets of a task whose health check fails while it drains', () => {
    const group = attributesOf(
      stack.only('AWS::ElasticLoadBalancingV2::TargetGroup').Properties.TargetGroupAttributes,
    )
    expect(group['target_health_state.unhealthy.connection_termination.enabled']).toBe('false')
  })

  it('keeps sockets open at deregistration, because SIGTERM follows 120 s later', () => {
    const group = attributesOf(
      stack.only('AWS::ElasticLoadBalancingV2::TargetGroup').Properties.TargetGroupAttributes,
    )
    expect(group['deregistration_delay.timeout_seconds']).toBe('120')
    expect(group['deregistration_delay.connection_termination.enabled']).toBe('false')
  })

  it('balances across zones: else all trackers that dial one address would use the tasks of one zone', () => {
    const balancer = attributesOf(
      stack.only('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.LoadBalancerAttributes,
    )
    expect(balancer['load_balancing.cross_zone.enabled']).toBe('true')
    expect(balancer['deletion_protection.enabled']).toBe('false')
  })

  it('checks health by HTTP on a separate port', () => {
    expect(stack.only('AWS::ElasticLoadBalancingV2::TargetGroup').Properties).toMatchObject({
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: '8080',
      HealthCheckPath: '/healthz',
      TargetType: 'ip',
      Port: 5013,
    })
  })

  it('reaches the tasks on both ports, which no listener opens by itself; no one else does', () => {
    const rules = stack
      .ofType('AWS::EC2::SecurityGroupIngress')
      .map(({ Properties: rule }) => [
        rule.FromPort,
        flatten(rule.GroupId),
        flatten(rule.SourceSecurityGroupId),
      ])
    const [tasks, balancer] = ['<GatewaySecurityGroup', '<EntrySecurityGroup']
    expect(rules).toEqual([
      [5013, expect.stringContaining(tasks), expect.stringContaining(balancer)],
      [8080, expect.stringContaining(tasks), expect.stringContaining(balancer)],
    ])
    const groups = stack.ofType('AWS::EC2::SecurityGroup').map(({ Properties }) => Properties)
    const open = groups.flatMap((group) => group.SecurityGroupIngress ?? [])
    expect(open).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 5013, ToPort: 5013 })])
  })
})

describe('the gateway service', () => {
  const service = () => stack.only('AWS::ECS::Service').Properties
  const container = () => stack.only('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0]

  it('is not rebalanced between zones: that would stop tasks full of sockets', () => {
    expect(service().AvailabilityZoneRebalancing).toBe('DISABLED')
  })

  it('rolls back a deployment whose tasks do not start', () => {
    expect(service().DeploymentConfiguration).toMatchObject({
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    })
    expect(service()).toMatchObject({ LaunchType: 'FARGATE' })
  })

  it('does not reset the number of tasks that scaling has set', () => {
    expect(service().DesiredCount).toBeUndefined()
  })

  it('adds tasks by sockets per task and never takes one away by itself: that cuts its sockets', () => {
    isIn(stack.only('AWS::ApplicationAutoScaling::ScalableTarget'), { MinCapacity: 3, MaxCapacity: 10 })
    const { TargetTrackingScalingPolicyConfiguration: policy } = stack.only(
      'AWS::ApplicationAutoScaling::ScalingPolicy',
    ).Properties
    expect(policy).toMatchObject({
      DisableScaleIn: true,
      TargetValue: 5_000,
      CustomizedMetricSpecification: { Namespace: 'H02', MetricName: 'OpenSockets', Statistic: 'Average' },
    })
  })

  it('has the longest time to stop that there is: draining takes 110 s', () => {
    expect(container().StopTimeout).toBe(120)
  })

  it('may open more than 65,535 files: every socket is one', () => {
    expect(container().Ulimits).toEqual([{ Name: 'nofile', SoftLimit: 262_144, HardLimit: 262_144 }])
  })

  it('never waits for its log: a blocked line would block every socket', () => {
    expect(container().LogConfiguration.Options).toMatchObject({ mode: 'non-blocking' })
  })

  it('runs on arm64 from a read-only root', () => {
    expect(stack.only('AWS::ECS::TaskDefinition').Properties.RuntimePlatform.CpuArchitecture).toBe('ARM64')
    expect(container().ReadonlyRootFilesystem).toBe(true)
  })

  it('is in public subnets without NAT, with S3 and DynamoDB reached free of charge', () => {
    expect(stack.ofType('AWS::EC2::NatGateway')).toEqual([])
    expect(service().NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('ENABLED')
    expect(
      stack.ofType('AWS::EC2::VPCEndpoint').map(({ Properties }) => flatten(Properties.ServiceName)),
    ).toEqual([expect.stringContaining('dynamodb'), expect.stringContaining('s3')])
  })
})

describe('the log', () => {
  it('keeps what was acknowledged for seven days: the tracker has deleted its copy', () => {
    const stream = stack.only('AWS::Kinesis::Stream')
    expect(stream.Properties).toMatchObject({ RetentionPeriodHours: 168, ShardCount: 1 })
    expect(stream.Properties.StreamEncryption).toBeDefined()
    expect(stream.DeletionPolicy).toBe('RetainExceptOnCreate')
  })

  const source = () => stack.only('AWS::Lambda::EventSourceMapping', 'Ingest').Properties
  it('is read from its beginning, in batches of the configured window', () => {
    expect(source()).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 7,
    })
  })

  it('gives up a record by age, not by attempts', () => {
    expect(source().MaximumRetryAttempts).toBe(-1)
    const days = source().MaximumRecordAgeInSeconds / 86_400
    expect(days).toBeGreaterThan(6.5)
    expect(days).toBeLessThan(7)
  })

  it('isolates a bad record and trusts the reported batch item failures', () => {
    expect(source()).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
  })

  it('keeps what was given up whole, in S3: other destinations get a pointer to records that expire', () => {
    expect(flatten(source().DestinationConfig.OnFailure.Destination)).toMatch(/^<LogStreamFailures\w+\.Arn>$/)
    expect(source().MetricsConfig).toEqual({ Metrics: ['EventCount'] })
    const rules = stack.only('AWS::S3::Bucket', 'LogStream').Properties.LifecycleConfiguration.Rules
    expect(rules).toEqual([expect.objectContaining({ ExpirationInDays: 8 })])
  })

  it('is attached only when the role may read it: CloudFormation would be refused', () => {
    const mapping = stack.only('AWS::Lambda::EventSourceMapping', 'Ingest')
    expect(mapping.DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^IngestPartRoleDefaultPolicy/)]),
    )
  })
})

describe('the tables', () => {
  it('can be restored to any second, and are not deleted with the stack', () => {
    const tables = stack.ofType('AWS::DynamoDB::Table')
    expect(tables).toHaveLength(2)
    for (const { Properties, DeletionPolicy } of tables) {
      expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true })
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST')
      expect(DeletionPolicy).toBe('RetainExceptOnCreate')
    }
  })
})

describe('a first deployment that fails', () => {
  it('can be rolled back and repeated: no protection is on, and what it made goes again', () => {
    expect(stack.terminationProtection).toBe(false)
    expect(
      stack.ofType('AWS::DynamoDB::Table').map(({ Properties }) => Properties.DeletionProtectionEnabled),
    ).toEqual([false, false])
    const kept = Object.values(stack.resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
    expect(kept).toEqual([])
  })
})

describe('stages in one account', () => {
  const statementsOf = (sid: string) =>
    stack
      .ofType('AWS::IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Sid }: any) => Sid === sid)

  it('send commands only to their own gateways, on their own topics', () => {
    const deliver = statementsOf('DeliverCommands')
    expect(deliver).toHaveLength(2)
    for (const { Resource, Condition } of deliver) {
      expect(flatten(Resource)).toMatch(/:client\/h02gw-test-\*$/)
      expect(Condition).toEqual({ StringLike: { 'iot:Topic': 'h02/test/gw/*/commands' } })
    }
    const toGateways = statementsOf('PublishToGateways')
    expect(toGateways).toHaveLength(2)
    for (const { Resource } of toGateways) {
      expect(flatten(Resource)).toMatch(/:topic\/h02\/test\/gw\/\*\/control$/)
    }
    for (const [sid, count] of [
      // The gateway, and browsers that watch a device.
      ['Connect', 2],
      ['SeeGateways', 1],
    ] as const) {
      const found = statementsOf(sid)
      expect(found, sid).toHaveLength(count)
      for (const { Resource } of found) expect(flatten(Resource)).toMatch(/:client\/h02\w+-test-/)
    }
  })
})

describe('tracing', () => {
  it('is off: request ids are in all logs', () => {
    for (const { Properties } of stack.ofType('AWS::Lambda::Function')) {
      expect(Properties.TracingConfig).toBeUndefined()
    }
  })
})

describe('the bus of events', () => {
  it('has the name that OPERATIONS.md says, and is an output', () => {
    const [[id, bus] = ['', undefined], ...others] = Object.entries(stack.resources).filter(
      ([, { Type }]) => Type === 'AWS::Events::EventBus',
    )
    expect(others).toEqual([])
    expect(bus?.Properties.Name).toBe('h02-test')
    expect(flatten(stack.outputs.EventBusName!.Value)).toBe(`<${id}>`)
  })
})

describe('the command channel', () => {
  it('uses the Data-ATS host: the default one has a certificate that nothing trusts', () => {
    const { Update, Create } = stack.only('Custom::IotEndpoint').Properties
    for (const call of [Create, Update]) expect(flatten(call)).toContain('"endpointType":"iot:Data-ATS"')
    const hosts = stack
      .ofType('AWS::Lambda::Function')
      .map(({ Properties }) => Properties.Environment?.Variables.IOT_ENDPOINT)
      .filter((host) => host !== undefined)
    expect(hosts.map(flatten)).toEqual(hosts.map(() => expect.stringContaining('.endpointAddress>')))
    expect(hosts.length).toBeGreaterThanOrEqual(2)
  })

  it('keeps a report that could not be handed over, out of every log', () => {
    const { TopicRulePayload: rule } = stack.only('AWS::IoT::TopicRule').Properties
    expect(rule).toMatchObject({
      Sql: "SELECT *, topic() AS topic FROM 'h02/test/up/+'",
      AwsIotSqlVersion: '2016-03-23',
    })
    expect(rule.ErrorAction.S3.Key).toMatch(/^iot\//)
    isIn(stack.only('AWS::IoT::TopicRule'), {})
    stack.template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'iot.amazonaws.com',
      SourceArn: Match.anyValue(),
      SourceAccount: { Ref: 'AWS::AccountId' },
    })
  })
})

describe('the functions', () => {
  it('run Node 24 on arm64 and log raw lines, so that metrics are recognized', () => {
    const ours = stack
      .ofType('AWS::Lambda::Function')
      .filter(
        ({ Properties }) => Properties.Handler === 'index.handler' && Properties.MemorySize !== undefined,
      )
    expect(ours.length).toBeGreaterThanOrEqual(4)
    for (const { Properties } of ours) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'Text' },
      })
    }
  })

  it('answer before API Gateway gives up at 30 s', () => {
    expect(stack.only('AWS::ApiGatewayV2::Integration').Properties).toMatchObject({
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 29_000,
    })
  })

  it('lose no notification: what fails permanently waits in a queue', () => {
    const { RetryPolicy, DeadLetterConfig } = stack.only('AWS::Events::Rule').Properties.Targets[0]
    expect(RetryPolicy.MaximumEventAgeInSeconds).toBe(86_400)
    expect(flatten(DeadLetterConfig.Arn)).toMatch(/^<NotifyUndelivered/)
    const async = stack.only('AWS::Lambda::EventInvokeConfig').Properties
    expect(flatten(async.DestinationConfig.OnFailure.Destination)).toMatch(/^<NotifyUndelivered/)
  })

  it('are throttled by API Gateway, which limits the cost of a leaked key', () => {
    isIn(stack.only('AWS::ApiGatewayV2::Stage'), {
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    })
  })
})
