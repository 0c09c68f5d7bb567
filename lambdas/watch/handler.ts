import { ECSClient } from '@aws-sdk/client-ecs'
import { requireEnv, type WatchEnv } from '#shared/env.ts'
import { createMetrics } from '#shared/metrics.ts'
import { readDesiredTasks } from './desired-tasks.ts'

const env: WatchEnv = requireEnv(['STAGE', 'CLUSTER', 'SERVICE'])
const metrics = createMetrics({ stage: env.STAGE, part: 'watch' })
const ecs = new ECSClient()

/** Called every minute by its schedule: AWS has no free metric of how many tasks a service should have. */
export const handler = async (): Promise<void> => {
  metrics.gauge('TasksDesired', await readDesiredTasks(ecs, env.CLUSTER, env.SERVICE), 'Count')
  metrics.flush()
}
