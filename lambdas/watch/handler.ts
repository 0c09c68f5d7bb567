import { ECSClient } from '@aws-sdk/client-ecs'
import { requireEnv, type WatchEnv } from '#shared/env.ts'
import { createMetrics } from '#shared/metrics.ts'
import { readDesiredTasks } from './desired-tasks.ts'

const env: WatchEnv = requireEnv(['STAGE', 'CLUSTER', 'SERVICE'])
const metrics = createMetrics({ stage: env.STAGE, part: 'watch' })
const ecs = new ECSClient()

/** Called once a minute by its schedule: AWS has no free metric for the desired number of tasks. */
export const handler = async (): Promise<void> => {
  metrics.gauge('TasksDesired', await readDesiredTasks(ecs, env.CLUSTER, env.SERVICE), 'Count')
  metrics.flush()
}
