import { setTimeout as sleep } from 'node:timers/promises'
import type { Part } from './parts/part.ts'
import type { Uses } from './parts/embedded-server.ts'
import { median } from './timing.ts'

const SAMPLE_EVERY_MS = 2_000

type Sampling = { readonly stop: () => Promise<readonly Uses[]> }

/** What the parts use, every two seconds. */
export function sampleUses(embedded: Part): Sampling {
  const samples: Uses[] = []
  const stopping = new AbortController()
  const sample = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      samples.push(await embedded.ask<Uses>('uses'))
      await sleep(SAMPLE_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const sampling = sample()
  // Observed by `stop`.
  sampling.catch(() => {})
  return {
    stop: async () => {
      stopping.abort()
      await sampling
      return samples
    },
  }
}

type Name = keyof Uses

/** Memory of the last third against that of the middle third: the first is for warming up. */
export function growthOf(
  samples: readonly Uses[],
  name: Name,
  of: (values: number[]) => number = median,
): number {
  const third = Math.floor(samples.length / 3)
  const memory = (some: readonly Uses[]): number => of(some.map((uses) => uses[name].memoryBytes))
  return memory(samples.slice(2 * third)) / memory(samples.slice(third, 2 * third))
}

export const memoryOf = (samples: readonly Uses[], name: Name): string =>
  [0.1, 0.5, 0.9]
    .map((share) => samples[Math.floor(samples.length * share)]![name].memoryBytes / 1_000_000)
    .map((mb) => mb.toFixed(0))
    .join(' → ')

/** Shares of a core between two moments. */
export function sharesOf(
  before: Uses,
  after: Uses,
  ms: number,
): { readonly name: string; readonly share: number }[] {
  const share = (name: Name): number => (after[name].cpuMs - before[name].cpuMs) / ms
  return [
    { name: 'gateway', share: share('gateway') },
    { name: 'ingest', share: share('ingest') },
    { name: 'stand-ins of Kinesis and DynamoDB', share: share('standIns') },
  ]
}
