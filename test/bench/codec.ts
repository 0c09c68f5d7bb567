import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { decode, frameOf, type Frame } from '#h02'
import { printBars } from './bars.ts'
import { benchFraming } from './codec-framing.ts'
import { byType, makeFleetFrames } from './fleet-frames.ts'
import { FIRST_ID } from './parts/ids.ts'
import { median } from './timing.ts'
import { decodeV1ByRegex } from './v1-by-regex.ts'

const DEVICES = 10_000
const REPORTS = 4
const ROUNDS = 31
/** A type with fewer frames gives no reliable figure. */
const MIN_FRAMES = 1_000

/** What trackers send when they are asked: too rare to be in a fleet's reports. */
const answers: Readonly<Record<string, readonly string[]>> = {
  'V4 reply with position': ['doc-d1-reply', 'doc-s20-restore-reply', 'doc-scf-arm-reply', 'live-278'],
  'SMS of 8 lines': ['traccar-decoder-attribute-86', 'cap-cxzt-reply'],
}

function readVectors(names: readonly string[]): Frame[] {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/frames.json', import.meta.url), 'utf8')) as {
    name: string
    input_hex?: string
    input_text?: string
  }[]
  return vectors
    .filter(({ name }) => names.includes(name))
    .map(({ input_hex, input_text = '' }) =>
      frameOf(new Uint8Array(input_hex ? Buffer.from(input_hex, 'hex') : Buffer.from(input_text, 'latin1'))),
    )
}

type Case = { readonly name: string; readonly frames: readonly Frame[]; readonly decoder: typeof decode }

/** Frames that are decoded right after they came, as a batch of the log is. */
const CHUNK = 250

/** Milliseconds for all frames; each was received, that is copied, just before. */
function decodeOnce({ name, frames, decoder }: Case): number {
  let ms = 0
  let decoded = 0
  for (let i = 0; i < frames.length; i += CHUNK) {
    const received = frames
      .slice(i, i + CHUNK)
      .map(({ kind, bytes }): Frame => ({ kind, bytes: bytes.slice() }))
    const started = performance.now()
    for (const frame of received) if (decoder(frame).ok) decoded++
    ms += performance.now() - started
  }
  if (decoded !== frames.length) throw new Error(`${name}: only ${decoded} of ${frames.length} decoded`)
  return ms
}

/** Microseconds per frame. The cases take turns in rounds, so that other load slows all of them equally. */
function measure(cases: readonly Case[]): Map<string, number> {
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const one of cases) samples.get(one.name)!.push((decodeOnce(one) * 1_000) / one.frames.length)
  return new Map([...samples].map(([name, values]) => [name, median(values)]))
}

const repeat = (frames: readonly Frame[]): Frame[] =>
  Array.from({ length: MIN_FRAMES }, (_, i) => frames[i % frames.length]!)

/** Decoding the frames of 10,000 devices, one after the other as they come. */
export const run = (): boolean => {
  const all = makeFleetFrames(DEVICES, REPORTS, FIRST_ID)
  const types = byType(all)
  const v1 = types.get('V1')!
  for (const frame of v1) {
    if (!isDeepStrictEqual(decode(frame), decodeV1ByRegex(frame)))
      throw new Error(`the two decoders disagree on ${Buffer.from(frame.bytes).toString('latin1')}`)
  }
  const results = measure([
    { name: 'all, as they come', frames: all, decoder: decode },
    { name: 'V1, one regular expression', frames: v1, decoder: decodeV1ByRegex },
    ...[...types]
      .filter(([, frames]) => frames.length >= MIN_FRAMES)
      .map(([name, frames]) => ({ name, frames, decoder: decode })),
    ...Object.entries(answers).map(([name, vectors]) => ({
      name,
      frames: repeat(readVectors(vectors)),
      decoder: decode,
    })),
  ])
  for (const [name, micros] of results)
    console.log(
      `${micros.toFixed(3).padStart(8)} µs  ${name} (${types.get(name)?.length ?? ''})`.replace(' ()', ''),
    )
  return printBars([
    {
      name: 'V1 against the regular expression, times faster',
      value: results.get('V1, one regular expression')! / results.get('V1')!,
      atLeast: 3,
    },
    ...benchFraming(),
  ])
}
