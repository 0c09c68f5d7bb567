/** `npm run -s explore -- [states of each scenario]`: the explorer by hand, deeper than the tests go. */
import { explore } from './explore.ts'
import { scenarios } from './scenarios.ts'
import { shipped } from './shipped.ts'

const maxStates = Number(process.argv[2] ?? 200_000)
for (const scenario of scenarios) {
  const from = performance.now()
  const { fault, ...found } = explore(shipped, scenario, {
    maxStates,
    walks: maxStates / 40,
    walkLength: 40,
    endEach: 50,
    seed: 1,
  })
  console.log(JSON.stringify({ ...found, seconds: Math.round((performance.now() - from) / 1_000) }))
  if (fault === null) continue
  console.log(`  FAULT: ${fault.what}\n    ${fault.path.join('\n    ')}`)
  process.exitCode = 1
}
