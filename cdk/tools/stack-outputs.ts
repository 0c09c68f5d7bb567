import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'

export type Outputs = {
  readonly find: (name: string) => string | null
  /** Throws if the stack has no such output. */
  readonly require: (name: string) => string
}

/** The outputs of a deployed stack by name, with the shell's credentials and region. */
export async function readStackOutputs(
  stage: string,
  client: Pick<CloudFormationClient, 'send'> = new CloudFormationClient(),
): Promise<Outputs> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: `h02-${stage}` }))
  const outputs = new Map(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  )
  const find = (name: string): string | null => outputs.get(name) ?? null
  return {
    find,
    require: (name) => {
      const value = find(name)
      if (value === null)
        throw new Error(`stack h02-${stage} has no output ${name}: deploy it with this version first`)
      return value
    },
  }
}
