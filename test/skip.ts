/**
 * Whether a group of tests is skipped, for `describe.skipIf` and `it.skipIf`: it is where `missing` says what to install.
 * Then one line says so. It goes past the console of the tests, which adds lines of its own.
 */
export function isSkipped(group: string, missing: string | null): boolean {
  if (missing === null) return false
  process.stderr.write(`!!! SKIPPED, not tested: ${group}. ${missing}\n`)
  return true
}
