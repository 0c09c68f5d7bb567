import { decode, frameOf, type Frame } from '#h02'
import { cantrack } from '../simulator/profiles/cantrack.ts'
import { cj730 } from '../simulator/profiles/cj730.ts'
import { lk109 } from '../simulator/profiles/lk109.ts'
import { mixedLength } from '../simulator/profiles/mixed-length.ts'
import { st901l4g } from '../simulator/profiles/st901l-4g.ts'
import { st904l } from '../simulator/profiles/st904l.ts'
import { st906l } from '../simulator/profiles/st906l.ts'
import { tkClone } from '../simulator/profiles/tk-clone.ts'
import { createSimulatedTracker, moveOn } from '../simulator/simulated-tracker.ts'

/** Half of a fleet sends V1 text, the other half is everything else. */
const mix = [st906l, st904l, st906l, lk109, st906l, st901l4g, cj730, mixedLength, st906l, tkClone, cantrack]
const INTERVAL_SECONDS = 10
const start = Date.UTC(2026, 5, 1, 6)
const server = { host: '127.0.0.1', port: 5013 }

/** A fleet of mixed profiles. `report`: what a device sends at a time (ms since 1970), the first of its reports with its login. */
export function createMixedFleet(
  devices: number,
  firstId: number,
): { readonly report: (device: number, at: number) => readonly Uint8Array[] } {
  const fleet = Array.from({ length: devices }, (_, i) => {
    const tracker = createSimulatedTracker({
      id: String(firstId + i),
      seed: i + 1,
      intervalSeconds: INTERVAL_SECONDS,
      server,
    })
    return { tracker, device: mix[i % mix.length]!.create(tracker) }
  })
  return {
    report: (i, at) => {
      const { tracker, device } = fleet[i]!
      moveOn(tracker, INTERVAL_SECONDS, at)
      const isFirst = tracker.reports++ === 0
      const acts = isFirst && device.connected ? [device.connected(true), device.report()] : [device.report()]
      return acts.flatMap(({ frames }) => frames)
    },
  }
}

/** Frames of a mixed fleet as they reach a server: one report of every device, then the next. */
export function makeFleetFrames(devices: number, reports: number, firstId: number): Frame[] {
  const fleet = createMixedFleet(devices, firstId)
  const frames: Frame[] = []
  for (let n = 0; n < reports; n++)
    for (let device = 0; device < devices; device++)
      frames.push(...fleet.report(device, start + n * INTERVAL_SECONDS * 1_000).map(frameOf))
  return frames
}

/** Frames by message type; binary records by their length. */
export function byType(frames: readonly Frame[]): Map<string, Frame[]> {
  const types = new Map<string, Frame[]>()
  for (const frame of frames) {
    const result = decode(frame)
    if (!result.ok) throw new Error(`a simulated frame does not decode: ${result.detail}`)
    const { type, binary } = result.message
    const name = binary === null ? (type ?? 'presence') : `${type} of ${binary.length} bytes`
    const some = types.get(name)
    if (some) some.push(frame)
    else types.set(name, [frame])
  }
  return types
}
