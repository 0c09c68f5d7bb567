import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that mostly wait, the longest first: they start first, and the others compute meanwhile. */
const waiting = [
  'e2e/commands.test.ts',
  'e2e/commands-in-time.test.ts',
  'e2e/faults.test.ts',
  'attack/attack.test.ts',
  'e2e/embedded.test.ts',
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
