/**
 * Whether a group of tests is skipped, for `describe.skipIf` and `it.skipIf`: it is skipped if `missing` names something to
 * install. Then one line reports that. It bypasses the console of the tests, which would add further lines.
 */
export function isSkipped(group: string, missing: string | null): boolean {
  if (missing === null) return false
  process.stderr.write(`!!! SKIPPED, not tested: ${group}. ${missing}\n`)
  return true
}
