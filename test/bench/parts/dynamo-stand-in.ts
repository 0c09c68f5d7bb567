/** DynamoDB on this machine, in memory, so that its CPU time is not taken for ours. */
import { startDynamo } from '../../../cdk/local/stand-ins/dynamo.ts'
import { answerParent } from './part.ts'

const { endpoint } = await startDynamo({})

answerParent({ endpoint: () => endpoint })
