import { Validations } from 'aws-cdk-lib'
import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { Config } from '../../config/config.ts'

type NetworkProps = Pick<
  Config,
  'network' | 'vpcId' | 'availabilityZones' | 'publicSubnetIds' | 'privateSubnetIds'
>

/**
 * The network of load balancer and tasks. By default only public subnets: the tasks' security group admits the load
 * balancer only, and NAT gateways would cost more than the rest of a small stack.
 */
export class Network extends Construct {
  readonly vpc: IVpc
  readonly entrySubnets: readonly ISubnet[]
  readonly taskSubnets: readonly ISubnet[]
  /** Tasks in public subnets need a public address to reach AWS. */
  readonly tasksHavePublicAddress: boolean

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id)
    this.vpc =
      props.network === 'existing' ? this.find(props) : this.make(props.network, props.availabilityZones)
    this.entrySubnets = this.vpc.publicSubnets
    this.tasksHavePublicAddress = this.vpc.privateSubnets.length === 0
    this.taskSubnets = this.tasksHavePublicAddress ? this.vpc.publicSubnets : this.vpc.privateSubnets
  }

  private find({ vpcId, availabilityZones, publicSubnetIds, privateSubnetIds }: NetworkProps): IVpc {
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: vpcId!,
      availabilityZones: [...availabilityZones],
      publicSubnetIds: [...publicSubnetIds],
      ...(privateSubnetIds.length > 0 && { privateSubnetIds: [...privateSubnetIds] }),
    })
    Validations.of(vpc).acknowledge({
      id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'This stack adds no route to an existing network.',
    })
    return vpc
  }

  private make(network: 'public' | 'private', zones: readonly string[]): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.73.0.0/16'),
      ...(zones.length > 0 ? { availabilityZones: [...zones] } : { maxAzs: 2 }),
      // One per zone: with a single one, an outage of its zone would disconnect the tasks of both zones.
      natGateways: network === 'private' ? Math.max(2, zones.length) : 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: false },
        ...(network === 'private'
          ? [{ name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 }]
          : []),
      ],
      // The default group is not used; emptying it would need a function with permissions on security groups.
      restrictDefaultSecurityGroup: false,
      // Free, and they keep the most expensive traffic off the NAT gateways.
      gatewayEndpoints: {
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
        S3: { service: GatewayVpcEndpointAwsService.S3 },
      },
    })
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Who connected, when and with what outcome is in the gateway’s own log and in the history; flow logs would cost more than the gateway.',
    })
    return vpc
  }
}
