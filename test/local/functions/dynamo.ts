import { startDynamo } from '../../../cdk/local/stand-ins/dynamo.ts'

const { endpoint } = await startDynamo({ path: process.argv[2]! })
console.log(endpoint)
