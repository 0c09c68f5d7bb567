import { DescribeServicesCommand, type ECSClient } from '@aws-sdk/client-ecs'

/** The number of tasks that an ECS service should run now. Throws if the service does not exist. */
export async function readDesiredTasks(
  ecs: Pick<ECSClient, 'send'>,
  cluster: string,
  service: string,
): Promise<number> {
  const { services = [], failures = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [service] }),
  )
  const desired = services[0]?.desiredCount
  if (desired === undefined) {
    throw new Error(`ECS does not describe service ${service}: ${failures[0]?.reason ?? 'no answer'}`)
  }
  return desired
}
