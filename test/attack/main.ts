import { outcomeOf } from './attack.ts'
import { attacks } from './attacks.ts'
import { startWorld } from './world.ts'

/** `npm run attack [-- <part of a name>]`: one line per attack; exit code 1 if a defence did not hold. */
const wanted = process.argv[2]?.toLowerCase() ?? ''
const world = await startWorld()
let broken = 0
try {
  for (const attack of attacks.filter(({ name }) => name.toLowerCase().includes(wanted))) {
    const { seen } = await outcomeOf(attack, world)
    if (seen !== null) broken++
    console.log(seen === null ? `held    ${attack.name}` : `BROKEN  ${attack.name}: ${seen}`)
  }
} finally {
  await world.close()
}
console.log(broken === 0 ? 'All defences held.' : `${broken} defences did not hold.`)
process.exitCode = broken === 0 ? 0 : 1
