import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'

/** The outputs of a deployed stack by name, with the credentials and the region of the shell. */
export async function readStackOutputs(
  stage: string,
  client: Pick<CloudFormationClient, 'send'> = new CloudFormationClient(),
): Promise<(name: string) => string> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: `h02-${stage}` }))
  const outputs = new Map(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  )
  return (name) => {
    const value = outputs.get(name)
    if (value === undefined)
      throw new Error(`stack h02-${stage} has no output ${name}: deploy it with this version first`)
    return value
  }
}
