import { Duration, Validations } from 'aws-cdk-lib'
import { CfnEIP, Peer, Port, SecurityGroup, type IConnectable } from 'aws-cdk-lib/aws-ec2'
import {
  NetworkListenerAction,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  TargetType,
  type INetworkLoadBalancerTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import { keptBy, type Removal } from '../helpers/kept-by.ts'
import type { Network } from './network.ts'

/** The port that trackers get by SMS. */
export const TRACKER_PORT = 5013
export const HEALTH_PORT = 8080
/** A load balancer may send new connections to a deregistered target for about two minutes. */
const DEREGISTRATION_SECONDS = 120

export type EntryProps = {
  readonly network: Network
  readonly allowedSources: readonly string[]
  readonly removal: Removal
  readonly deletionProtection: boolean
}

/** How trackers get in: a network load balancer on addresses that never change, because trackers learn them by SMS. */
export class Entry extends Construct {
  readonly loadBalancer: NetworkLoadBalancer
  readonly targetGroup: NetworkTargetGroup
  /** One per zone; with cross-zone balancing each of them leads to every task. */
  readonly addresses: readonly CfnEIP[]

  constructor(
    scope: Construct,
    id: string,
    { network, allowedSources, removal, deletionProtection }: EntryProps,
  ) {
    super(scope, id)
    const { vpc } = network
    this.addresses = network.entrySubnets.map((_, i) => {
      const address = new CfnEIP(this, `Address${i + 1}`, { domain: 'vpc' })
      address.applyRemovalPolicy(keptBy(removal))
      return address
    })
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Trackers to the load balancer, the load balancer to the gateway',
      allowAllOutbound: false,
    })
    for (const source of allowedSources)
      securityGroup.addIngressRule(Peer.ipv4(source), Port.tcp(TRACKER_PORT), 'Trackers')
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason:
        'Trackers dial in from any mobile network, on one port; `allowedSources` narrows it where the operator names its networks.',
    })

    this.loadBalancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: true,
      // Off by default: one task would then get all trackers that resolve to its zone.
      crossZoneEnabled: true,
      // Off at creation: it would block the rollback of a first deployment that fails.
      deletionProtection,
      securityGroups: [securityGroup],
      subnetMappings: network.entrySubnets.map((subnet, i) => ({
        subnet,
        allocationId: this.addresses[i]!.attrAllocationId,
      })),
    })
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason:
        'A network load balancer writes access logs for TLS listeners only; trackers speak plain TCP, and the gateway logs who connects.',
    })

    this.targetGroup = new NetworkTargetGroup(this, 'Gateways', {
      vpc,
      port: TRACKER_PORT,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      // Off by default for ip targets: the gateway would see the load balancer as everybody's address.
      preserveClientIp: true,
      // ECS deregisters a target first and sends SIGTERM only after this delay; the gateway drains meanwhile.
      deregistrationDelay: Duration.seconds(DEREGISTRATION_SECONDS),
      // With it, the load balancer would reset all sockets of the task at once, before the task gets SIGTERM.
      connectionTermination: false,
      healthCheck: {
        protocol: Protocol.HTTP,
        port: String(HEALTH_PORT),
        path: '/healthz',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    })
    // On by default: a task that fails its health check while it drains, or merely hiccups, would lose every socket.
    this.targetGroup.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false')

    this.loadBalancer.addListener('Trackers', {
      port: TRACKER_PORT,
      protocol: Protocol.TCP,
      // 350 s by default: sleeping trackers report every 10 to 30 minutes, and would be cut in between.
      tcpIdleTimeout: Duration.seconds(3_600),
      defaultAction: NetworkListenerAction.forward([this.targetGroup]),
    })
  }

  /** Lets trackers and health checks through to the service; listeners open nothing on a target's group by themselves. */
  leadTo(service: IConnectable & INetworkLoadBalancerTarget): void {
    this.targetGroup.addTarget(service)
    service.connections.allowFrom(this.loadBalancer, Port.tcp(TRACKER_PORT), 'Trackers')
    service.connections.allowFrom(this.loadBalancer, Port.tcp(HEALTH_PORT), 'Health checks')
  }
}
