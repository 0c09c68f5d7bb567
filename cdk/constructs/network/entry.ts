import { Duration, Validations } from 'aws-cdk-lib'
import { CfnEIP, Peer, Port, SecurityGroup, type IConnectable, type IVpc } from 'aws-cdk-lib/aws-ec2'
import {
  NetworkListenerAction,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  TargetType,
  type INetworkLoadBalancerTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import { removalPolicyOf, type Removal } from '../helpers/removal-policy.ts'
import type { Network } from './network.ts'

/** Trackers are sent this port by SMS. */
export const TRACKER_PORT = 5013
export const HEALTH_PORT = 8080
/** A load balancer may send new connections to a deregistered target for about two minutes. */
const DEREGISTRATION_SECONDS = 120

type EntryProps = {
  readonly network: Network
  readonly allowedSources: readonly string[]
  readonly removal: Removal
  readonly deletionProtection: boolean
}

/**
 * The way in for trackers: a network load balancer with addresses that never change, because trackers are pointed at
 * them by SMS.
 */
export class Entry extends Construct {
  readonly loadBalancer: NetworkLoadBalancer
  readonly targetGroup: NetworkTargetGroup
  /** One per zone; with cross-zone balancing each of them reaches every task. */
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
      address.applyRemovalPolicy(removalPolicyOf(removal))
      return address
    })
    const securityGroup = this.createSecurityGroup(vpc, allowedSources)

    this.loadBalancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: true,
      // Off by default: one task would then receive all trackers that resolve to its zone.
      crossZoneEnabled: true,
      // Off at creation: it would block the rollback of a failed first deployment.
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
        'A network load balancer writes access logs for TLS listeners only; trackers use plain TCP, and the gateway logs each connection.',
    })

    this.targetGroup = this.createTargetGroup(vpc)
    this.loadBalancer.addListener('Trackers', {
      port: TRACKER_PORT,
      protocol: Protocol.TCP,
      // The default is 350 s: sleeping trackers report every 10 to 30 minutes and would be disconnected between two
      // reports.
      tcpIdleTimeout: Duration.seconds(3_600),
      defaultAction: NetworkListenerAction.forward([this.targetGroup]),
    })
  }

  /** Opens the service to trackers and health checks; a listener does not change the security group of a target. */
  leadTo(service: IConnectable & INetworkLoadBalancerTarget): void {
    this.targetGroup.addTarget(service)
    service.connections.allowFrom(this.loadBalancer, Port.tcp(TRACKER_PORT), 'Trackers')
    service.connections.allowFrom(this.loadBalancer, Port.tcp(HEALTH_PORT), 'Health checks')
  }

  private createSecurityGroup(vpc: IVpc, allowedSources: readonly string[]): SecurityGroup {
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
    return securityGroup
  }

  private createTargetGroup(vpc: IVpc): NetworkTargetGroup {
    const targetGroup = new NetworkTargetGroup(this, 'Gateways', {
      vpc,
      port: TRACKER_PORT,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      // Off by default for ip targets: all trackers would appear to have the load balancer's address.
      preserveClientIp: true,
      // ECS deregisters a target first and sends SIGTERM only after this delay; the gateway drains in the meantime.
      deregistrationDelay: Duration.seconds(DEREGISTRATION_SECONDS),
      // If true, the load balancer would reset all sockets of the task at once, before the task gets SIGTERM.
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
    // On by default: a task whose health check fails during a drain, or for a moment, would lose every socket.
    targetGroup.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false')
    return targetGroup
  }
}
