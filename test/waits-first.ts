import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest: they start first. Those that mostly wait stand between those that compute. */
const waiting = [
  'e2e/commands.test.ts',
  'e2e/embedded.test.ts',
  'e2e/commands.long.test.ts',
  'e2e/probe-and-secrets.long.test.ts',
  'attack/attack.long.test.ts',
  'console/console.long.test.ts',
  'e2e/commands-in-time.long.test.ts',
  'console/overview.long.test.ts',
  'console/map.long.test.ts',
  'e2e/faults.long.test.ts',
]
const rank = ({ moduleId }: TestSpecification): number => {
  const at = waiting.findIndex((file) => moduleId.endsWith(`/test/${file}`))
  return at < 0 ? waiting.length : at
}

export class WaitsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
