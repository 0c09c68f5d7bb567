import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { WatchEnv } from '../../../lambdas/shared/env.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { PartFunction, type Common } from './part-function.ts'
import { Every } from './schedule.ts'

/** Reports once a minute how many tasks the gateway service should run: ECS has no free metric for it. */
export class Watch extends Construct {
  readonly part: PartFunction

  constructor(scope: Construct, id: string, props: Common & { readonly gateway: Gateway }) {
    super(scope, id)
    const { cluster, service } = props.gateway
    this.part = new PartFunction(this, 'Part', {
      ...props,
      entry: 'watch',
      description: 'Reports how many gateway tasks there should be',
      memoryMb: 256,
      timeout: Duration.seconds(30),
      environment: {
        STAGE: props.stage,
        CLUSTER: cluster.clusterArn,
        SERVICE: service.serviceArn,
      } satisfies WatchEnv,
      permissions: [
        { sid: 'CountTasks', actions: ['ecs:DescribeServices'], resources: [service.serviceArn] },
      ],
    })
    const every = new Every(this, 'Visit', {
      target: this.part.function,
      minutes: 1,
      description: 'How many gateway tasks there should be',
    })
    // Its first data must come after the service is stable: the alarm "Tasks missing" compares the two.
    every.node.addDependency(service)
  }
}
