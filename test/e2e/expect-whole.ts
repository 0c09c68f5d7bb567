import { expect } from 'vitest'
import { readAll, until } from './harness.ts'

const hexOf = (frame: string): string => Buffer.from(frame, 'latin1').toString('hex')

/** Everything acknowledged is there byte for byte, and each position is returned once, in the order of time. */
export async function expectWhole(
  api: { readonly httpUrl: string },
  drives: ReadonlyMap<string, readonly string[]>,
  trackers: readonly { readonly acked: readonly string[] }[],
): Promise<void> {
  const acked = new Set(trackers.flatMap((tracker) => tracker.acked.map(hexOf)))
  for (const [deviceId, frames] of drives) {
    const wanted = frames.map(hexOf).filter((hex) => acked.has(hex))
    const path = `/v1/devices/${deviceId}/frames?order=asc&limit=1000&direction=up&type=V1`
    const stored = await until(
      async () => new Set((await readAll(api, path)).map(({ hex }) => hex as string)),
      (found) => wanted.every((hex) => found.has(hex)),
    )
    const positions = await readAll(api, `/v1/devices/${deviceId}/positions?order=asc&limit=1000`)
    const times = positions.map(({ fixTime }) => fixTime as string)
    expect(new Set(times).size).toBe(times.length)
    expect(times.toSorted()).toEqual(times)
    expect(times).toHaveLength(stored.size)
  }
}
