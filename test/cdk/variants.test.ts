import { describe, expect, it } from 'vitest'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { synthesize } from './synth.ts'

/** What no default shows. Both pass the same checks, or synthesis throws. */
describe('other configurations', () => {
  it('put tasks into private subnets, take the log on demand, publish commands, and can be thrown away whole', async () => {
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
    const retained = Object.values(stack.resources).filter(
      ({ DeletionPolicy }) => DeletionPolicy === 'Retain',
    )
    expect(retained).toEqual([])
    expect(
      stack.ofType('AWS::DynamoDB::Table').some(({ Properties }) => Properties.DeletionProtectionEnabled),
    ).toBe(false)
    const open = stack
      .ofType('AWS::EC2::SecurityGroup')
      .flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? [])
    expect(open.map(({ CidrIp }: any) => CidrIp)).toEqual(['203.0.113.0/24', '198.51.100.0/24'])
  })

  it('stand in a network that is there', async () => {
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
})
