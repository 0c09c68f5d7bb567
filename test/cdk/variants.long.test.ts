import { beforeAll, describe, expect, it } from 'vitest'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { stack as shared, synthesizeShared } from './shared-stack.ts'
import { synthesize, type Synthesized } from './synth.ts'

const environmentOf = (stack: Synthesized): Record<string, unknown> =>
  Object.fromEntries(
    stack
      .only('AWS::ECS::TaskDefinition')
      .Properties.ContainerDefinitions[0].Environment.map(({ Name, Value }: any) => [Name, Value]),
  )

/** Ids of the functions that reserve executions, with how many. */
const reservedIn = ({ resources }: Synthesized): [id: string, executions: number][] =>
  Object.entries(resources)
    .filter(([, { Properties }]) => Properties?.ReservedConcurrentExecutions !== undefined)
    .map(([id, { Properties }]) => [id, Properties.ReservedConcurrentExecutions])
/** Which parts print few metrics: a function's id, or `gateway`. */
const partsWithFewMetrics = (stack: Synthesized): string[] => [
  ...(environmentOf(stack).METRICS === 'few' ? ['gateway'] : []),
  ...Object.entries(stack.resources)
    .filter(([, { Properties }]) => Properties?.Environment?.Variables?.METRICS === 'few')
    .map(([id]) => id),
]
/** Ids of the functions that are made from our bundles. */
const ownFunctions = ({ resources }: Synthesized): string[] =>
  Object.entries(resources)
    .filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::Lambda::Function' && Properties.Environment?.Variables.STAGE !== undefined,
    )
    .map(([id]) => id)

/** The objects that the API may read as the map. */
const mapsReadBy = ({ ofType }: Synthesized): string[] =>
  ofType('AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Sid }: any) => Sid === 'ReadMap')
    .map(({ Action, Resource }: any) => {
      expect(Action).toBe('s3:GetObject')
      return flatten(Resource)
    })

/** What the API may ask Amazon Location. */
const addressesFoundBy = ({ ofType }: Synthesized) =>
  ofType('AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }: any) => JSON.stringify(Action).includes('geo-places'))
    .map(({ Action, Resource }: any) => [Action, flatten(Resource)])

beforeAll(synthesizeShared)

/** What no default shows. All pass the same checks, or synthesis throws. */
describe('stacks of other configurations', () => {
  it('have private tasks and an on-demand log, and can be deleted completely', async () => {
    const stack = await synthesize({
      network: 'private',
      shards: 0,
      commandDelivery: 'publish',
      engineCommands: true,
      removalPolicy: 'destroy',
      allowedSources: ['203.0.113.0/24', '198.51.100.0/24'],
    })
    expect(stack.ofType('AWS::EC2::NatGateway')).toHaveLength(2)
    const { AwsvpcConfiguration } = stack.only('AWS::ECS::Service').Properties.NetworkConfiguration
    expect(AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED')
    expect(AwsvpcConfiguration.Subnets.map(flatten).join()).toContain('PrivateSubnet')
    expect(stack.only('AWS::Kinesis::Stream').Properties.StreamModeDetails).toEqual({
      StreamMode: 'ON_DEMAND',
    })
    const actions = stack
      .ofType('AWS::IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Sid }: any) => ['DeliverCommands', 'PublishCommands'].includes(Sid))
      .map(({ Action }: any) => Action)
    expect(new Set(actions)).toEqual(new Set(['iot:Publish']))
    const retained = Object.values(stack.resources).filter(({ DeletionPolicy }) =>
      DeletionPolicy?.startsWith('Retain'),
    )
    expect(retained).toEqual([])
    expect(
      stack.ofType('AWS::DynamoDB::Table').some(({ Properties }) => Properties.DeletionProtectionEnabled),
    ).toBe(false)
    const open = stack
      .ofType('AWS::EC2::SecurityGroup')
      .flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? [])
    expect(open.map(({ CidrIp }: any) => CidrIp)).toEqual(['203.0.113.0/24', '198.51.100.0/24'])
    // A private APN puts a whole fleet behind one address.
    expect(environmentOf(stack).MAX_CONNECTIONS_PER_ADDRESS).toBe('25000')
    expect(stack.warnings).toEqual([])
  })

  it('publish commands on topics of their own stage only', async () => {
    const stack = await synthesize({ stage: 'blue', commandDelivery: 'publish' })
    const statements = stack
      .ofType('AWS::IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    for (const [sid, topic] of [
      ['PublishCommands', 'commands'],
      ['PublishToGateways', 'control'],
    ]) {
      const found = statements.filter(({ Sid }: any) => Sid === sid)
      // The functions api and control.
      expect([sid, found.length]).toEqual([sid, 2])
      for (const { Action, Resource } of found) {
        expect(Action).toBe('iot:Publish')
        expect(flatten(Resource)).toMatch(new RegExp(`:topic/h02/blue/gw/\\*/${topic}$`))
      }
    }
    expect(statements.filter(({ Sid }: any) => Sid === 'DeliverCommands')).toEqual([])
  })

  it('relay devices only if enabled: then tasks may reach every TCP port, and the API accepts relays', async () => {
    const egressOf = (stack: Synthesized): unknown[] =>
      stack
        .ofType('AWS::EC2::SecurityGroup')
        .filter(({ Properties }) => Properties.GroupDescription.startsWith('Gateway tasks'))
        .flatMap(({ Properties }) => Properties.SecurityGroupEgress)
        .map(({ FromPort, ToPort, CidrIp }: any) => [CidrIp, FromPort, ToPort])
    const withEnv = (stack: Synthesized): string[] =>
      Object.entries(stack.resources)
        .filter(([, { Properties }]) => Properties?.Environment?.Variables?.RELAY === 'on')
        .map(([id]) => id)
    expect(environmentOf(shared).RELAY).toBe('on')
    expect(withEnv(shared)).toEqual([expect.stringMatching(/^ApiPartFunction/)])
    expect(egressOf(shared)).toEqual([
      ['0.0.0.0/0', 443, 443],
      ['0.0.0.0/0', 0, 65_535],
    ])
    const off = await synthesize({ stage: 'off' })
    expect(environmentOf(off).RELAY).toBeUndefined()
    expect(withEnv(off)).toEqual([])
    expect(egressOf(off)).toEqual([['0.0.0.0/0', 443, 443]])
  })

  it('reserve executions for ingest and control only, and by default for no function', async () => {
    const reserved = reservedIn(await synthesize({ reservedConcurrency: 20 }))
    expect(reserved.toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
      [expect.stringMatching(/^ControlPartFunction/), 20],
      [expect.stringMatching(/^IngestPartFunction/), 20],
    ])
    expect(reservedIn(shared)).toEqual([])
  })

  it('of size small have one task of 512 MB and no dashboard', async () => {
    const stack = await synthesize({ size: 'small' })
    expect(stack.only('AWS::Kinesis::Stream').Properties.RetentionPeriodHours).toBe(24)
    expect(stack.only('AWS::ApplicationAutoScaling::ScalableTarget').Properties.MinCapacity).toBe(1)
    expect(stack.only('AWS::ECS::TaskDefinition').Properties.Memory).toBe('512')
    const own = ownFunctions(stack)
    expect(own.length).toBeGreaterThanOrEqual(4)
    expect(partsWithFewMetrics(stack)).toEqual(expect.arrayContaining(['gateway', ...own]))
    expect(stack.ofType('AWS::CloudWatch::Dashboard')).toEqual([])
    expect(stack.outputs.DashboardUrl).toBeUndefined()
  })

  it('of size small keep what is set explicitly', async () => {
    const stack = await synthesize({
      size: 'small',
      tasksMin: 2,
      memoryMb: 1_024,
      logHours: 48,
      metrics: 'all',
      mapPmtiles: 's3://my-maps/alps/region.pmtiles',
      geocoder: 'amazon-location',
    })
    expect(mapsReadBy(stack)).toEqual(['arn:<AWS::Partition>:s3:::my-maps/alps/region.pmtiles'])
    expect(mapsReadBy(shared)).toEqual([])
    expect(addressesFoundBy(stack)).toEqual([
      ['geo-places:ReverseGeocode', 'arn:<AWS::Partition>:geo-places:<AWS::Region>::provider/default'],
    ])
    expect(addressesFoundBy(shared)).toEqual([])
    expect(stack.only('AWS::Kinesis::Stream').Properties.RetentionPeriodHours).toBe(48)
    expect(stack.only('AWS::ApplicationAutoScaling::ScalableTarget').Properties.MinCapacity).toBe(2)
    expect(stack.only('AWS::ECS::TaskDefinition').Properties.Memory).toBe('1024')
    expect(partsWithFewMetrics(stack)).toEqual([])
    expect(stack.ofType('AWS::CloudWatch::Dashboard')).toHaveLength(1)
  })

  it('use an existing network', async () => {
    const stack = await synthesize({
      network: 'existing',
      vpcId: 'vpc-0a1b2c3d',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      publicSubnetIds: ['subnet-0a000000', 'subnet-0b000000'],
      privateSubnetIds: ['subnet-0c000000', 'subnet-0d000000'],
    })
    expect(stack.ofType('AWS::EC2::VPC')).toEqual([])
    const { SubnetMappings } = stack.only('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties
    expect(SubnetMappings.map(({ SubnetId }: any) => SubnetId)).toEqual([
      'subnet-0a000000',
      'subnet-0b000000',
    ])
    const { AwsvpcConfiguration } = stack.only('AWS::ECS::Service').Properties.NetworkConfiguration
    expect(AwsvpcConfiguration).toMatchObject({
      AssignPublicIp: 'DISABLED',
      Subnets: ['subnet-0c000000', 'subnet-0d000000'],
    })
  })

  it('have names, zones, boundaries, budgets and restored tables', async () => {
    const boundary = 'arn:aws:iam::111122223333:policy/team'
    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b'
    const stack = await synthesize({
      availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      trackerHost: 'trackers.example.com',
      apiDomain: 'gps.example.com',
      certificateArn,
      hostedZoneId: 'Z0123456789ABC',
      alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:pager',
      alarmEmail: 'ops@example.com',
      monthlyBudget: 200,
      deletionProtection: true,
      permissionsBoundary: boundary,
      bootstrapQualifier: 'team1',
      tags: { team: 'fleet' },
      telemetryTableName: 'telemetry-restored',
      fleetTableName: 'fleet-restored',
      connectionsPerAddress: 12_345,
    })
    const variables = stack
      .ofType('AWS::Lambda::Function')
      .map(({ Properties }) => Properties.Environment?.Variables?.PUBLIC_ORIGIN)
    expect(variables.filter(Boolean)).toEqual(['https://gps.example.com'])
    const records = stack.ofType('AWS::Route53::RecordSet').map(({ Properties }) => Properties)
    expect(
      records.map(({ Name, Type, AliasTarget }) => [Name, Type, AliasTarget.EvaluateTargetHealth]),
    ).toEqual([
      // With the health of the target: else trackers would be sent to a zone without a healthy task.
      ['trackers.example.com.', 'A', true],
      ['gps.example.com.', 'A', false],
    ])
    expect(stack.only('AWS::ApiGatewayV2::DomainName').Properties).toMatchObject({
      DomainName: 'gps.example.com',
      DomainNameConfigurations: [expect.objectContaining({ CertificateArn: certificateArn })],
    })
    expect(stack.outputs.TrackerSms!.Value).toBe('8040000 trackers.example.com 5013')
    expect(flatten(stack.outputs.TrackerSmsByAddress!.Value)).toMatch(
      /^8040000 <EntryAddress1\w+\.PublicIp> 5013$/,
    )
    expect(stack.outputs.ApiUrl!.Value).toBe('https://gps.example.com')
    expect(stack.outputs.DnsRecords).toBeUndefined()
    expect(stack.ofType('AWS::EC2::EIP')).toHaveLength(3)
    expect(
      new Set(stack.ofType('AWS::EC2::Subnet').map(({ Properties }) => Properties.AvailabilityZone)),
    ).toEqual(new Set(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']))

    for (const { Properties } of stack.ofType('AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions.map(flatten)).toEqual([
        expect.stringMatching(/^<AlarmsTopic/),
        'arn:aws:sns:eu-west-1:111122223333:pager',
      ])
    }
    const { Budget, NotificationsWithSubscribers } = stack.only('AWS::Budgets::Budget').Properties
    expect(Budget).toMatchObject({ BudgetLimit: { Amount: 200, Unit: 'USD' }, TimeUnit: 'MONTHLY' })
    expect(NotificationsWithSubscribers).toHaveLength(2)

    const roles = stack.ofType('AWS::IAM::Role')
    for (const { Properties } of roles) expect(Properties.PermissionsBoundary).toBe(boundary)
    // CloudFormation copies the tags of a stack to its resources: tables and roles are among them.
    expect(stack.tags).toEqual({ app: 'h02-gateway', stage: 'prod', team: 'fleet' })
    for (const { Properties } of [...stack.ofType('AWS::DynamoDB::Table'), ...roles]) {
      expect(Properties.Tags).toBeUndefined()
    }
    expect(stack.bootstrap).toEqual([
      expect.stringContaining(':role/cdk-team1-deploy-role-'),
      expect.stringContaining(':role/cdk-team1-cfn-exec-role-'),
      expect.stringContaining(':role/cdk-team1-lookup-role-'),
      expect.stringContaining('cdk-team1-assets-'),
    ])
    const code = stack
      .ofType('AWS::Lambda::Function')
      .flatMap(({ Properties }) => Properties.Code.S3Bucket ?? [])
    expect(code.length).toBeGreaterThanOrEqual(4)
    for (const bucket of code) expect(flatten(bucket)).toMatch(/^cdk-team1-assets-/)
    const [container] = stack.only('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions
    expect(flatten(container.Image)).toContain('/cdk-team1-container-assets-')
    expect(stack.terminationProtection).toBe(true)
    const tables = stack.ofType('AWS::DynamoDB::Table')
    // The own tables stay beside the restored ones: one compares the data, and switches back.
    expect(tables.map(({ Properties }) => Properties.DeletionProtectionEnabled)).toEqual([true, true])
    expect(stack.outputs.TelemetryTable!.Value).toBe('telemetry-restored')
    expect(environmentOf(stack)).toMatchObject({
      FLEET_TABLE: 'fleet-restored',
      MAX_CONNECTIONS_PER_ADDRESS: '12345',
    })
    const statements = stack
      .ofType('AWS::IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    const tableArns = new Set(
      statements
        .filter(({ Action }: any) => [Action].flat().some((action) => action.startsWith('dynamodb:')))
        .flatMap(({ Resource }: any) => [Resource].flat().map(flatten))
        .map((arn: string) => /table\/([^/]+)/.exec(arn)?.[1]),
    )
    expect(tableArns).toEqual(new Set(['telemetry-restored', 'fleet-restored']))
  })

  it('print the DNS records to create, and warn if no one receives alarms', async () => {
    const stack = await synthesize({ trackerHost: 'trackers.example.com' })
    expect(stack.ofType('AWS::Route53::RecordSet')).toEqual([])
    expect(flatten(stack.outputs.DnsRecords!.Value)).toMatch(
      /^trackers\.example\.com\. CNAME <EntryLoadBalancer\w+\.DNSName>\.$/,
    )
    expect(stack.warnings.join()).toContain('No one receives the alarms of stage prod')
    expect(environmentOf(stack).MAX_CONNECTIONS_PER_ADDRESS).toBe('2000')
    for (const { Properties } of stack.ofType('AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmDescription).toContain('cdk/OPERATIONS.md in the repository, section "')
    }
    // IteratorAge has no data while ingest cannot run at all.
    const { Properties: late } = stack.only('AWS::CloudWatch::Alarm', 'AlarmsHistoryLate')
    expect(late.Metrics.flatMap(({ MetricStat }: any) => MetricStat?.Metric.MetricName ?? [])).toEqual([
      'IteratorAge',
      'GetRecords.IteratorAgeMilliseconds',
    ])
    expect(stack.ofType('AWS::KinesisFirehose::DeliveryStream')).toEqual([])
    expect(stack.outputs.ArchiveBucket).toBeUndefined()
  })
})
