import { findBreach } from '../commands/cut-attack.ts'
import { findRelayBreach } from '../commands/relay-attack.ts'

const DEFAULT_CASES = 1_000_000

/** `npm run bench cut [cases] [seed]`: attacks with raw bytes, and through a relay, that must not cut an engine; false if one did. */
export function run([cases, seed]: readonly string[]): boolean {
  const count = cases === undefined ? DEFAULT_CASES : Number(cases)
  const from = seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(seed)
  return [findBreach, findRelayBreach].every((find) => {
    const { breach, written } = find(count, from)
    console.log(`${count} attacks, seed ${from}; of ${written} something was written`)
    if (breach !== null) console.log(`a cut was written: ${JSON.stringify(breach)}`)
    return breach === null
  })
}
