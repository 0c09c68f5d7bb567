import { listStages } from './config/stages.ts'
import { createApp } from './create-app.ts'
import { DeliveryStack } from './delivery-stack.ts'

/** `npx cdk deploy --app "node cdk/delivery-app.ts" -c repository=owner/name` */
const app = createApp()
const repository: unknown = app.node.tryGetContext('repository')
const qualifier: unknown = app.node.tryGetContext('bootstrapQualifier') ?? 'hnb659fds'
if (
  typeof repository !== 'string' ||
  !/^[\w.-]+\/[\w.-]+$/.test(repository) ||
  typeof qualifier !== 'string'
) {
  console.error('Name the repository on GitHub: -c repository=owner/name')
  process.exitCode = 1
} else {
  new DeliveryStack(app, { repository, environments: listStages(), qualifier })
}
