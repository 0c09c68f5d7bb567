/** DynamoDB on this machine, in memory, in its own process, so that its CPU time does not count as ours. */
import { startDynamo } from '../../../cdk/local/stand-ins/dynamo.ts'
import { answerParent } from './part.ts'

const { endpoint } = await startDynamo({})

answerParent({ endpoint: () => endpoint })
