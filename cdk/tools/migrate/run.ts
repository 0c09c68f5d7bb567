/** Moves one device after the other and prints the outcome of each. Stops when too many fail in a row. */
export type Result = {
  /**
   * `done`: it is where it should be. `planned`: a dry run would do it. `skipped`: nothing was sent to it.
   * `failed`: it was sent away and did not arrive.
   */
  readonly result: 'done' | 'planned' | 'skipped' | 'failed'
  readonly text: string
}

/** After this many failures in a row it is no coincidence: the address, the port or the APN may be wrong. */
const MAX_FAILED = 2

export async function runOneByOne(
  deviceIds: readonly string[],
  handle: (deviceId: string, say: (text: string) => void) => Promise<Result>,
  print: (text: string) => void,
): Promise<number> {
  const counts = { done: 0, planned: 0, skipped: 0, failed: 0 }
  for (const [i, deviceId] of deviceIds.entries()) {
    print(`[${i + 1}/${deviceIds.length}] ${deviceId}`)
    const say = (text: string): void => print(`  ${text.replaceAll('\n', '\n  ')}`)
    const { result, text } = await handle(deviceId, say).catch((error: unknown): Result => {
      return { result: 'skipped', text: error instanceof Error ? error.message : String(error) }
    })
    counts[result] += 1
    say(`${result === 'failed' ? 'FAILED' : result}: ${text}`)
    if (counts.failed === MAX_FAILED && i + 1 < deviceIds.length) {
      print(`\nStopped: ${MAX_FAILED} did not arrive. ${deviceIds.length - i - 1} were not touched.`)
      break
    }
  }
  const total = Object.entries(counts).filter(([, count]) => count > 0)
  print(`\n${total.map(([result, count]) => `${count} ${result}`).join(', ') || 'nothing to do'}`)
  return counts.done + counts.planned === deviceIds.length ? 0 : 1
}
