import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { decode } from '#h02/decode.ts'
import type { Frame } from '#h02/message.ts'
import { printBars, type Bar } from './bars.ts'
import { median, timeOnce } from './timing.ts'
import { decodeV1ByRegex } from './v1-by-regex.ts'

const ROUNDS = 101
const FRAMES_PER_ROUND = 4000

const readVectors = (name: string): any[] =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))

const toFrame = (bytes: Uint8Array): Frame => ({ kind: bytes[0] === 0x24 ? 'binary' : 'text', bytes })
const fromHex = (hex: string): Frame => toFrame(new Uint8Array(Buffer.from(hex, 'hex')))

const named = (...names: string[]): Frame[] =>
  readVectors('frames')
    .filter((vector) => names.includes(vector.name))
    .map(({ input_hex, input_text }) =>
      input_hex ? fromHex(input_hex) : toFrame(new Uint8Array(Buffer.from(input_text, 'latin1'))),
    )

/** A real morning and evening of driving: 132 different frames, so that no branch is learnt by heart. */
const drive = (): Frame[] => readVectors('drive').map(({ hex }) => fromHex(hex))

const CASES: Readonly<Record<string, Frame[]>> = {
  'V1 with cell': drive(),
  'V1 with cell, one regular expression': drive(),
  'V4 reply with position': named('doc-d1-reply', 'doc-s20-restore-reply', 'doc-scf-arm-reply', 'live-278'),
  'V8 with and without wifi': named('traccar-decoder-position-1', 'cap-v8-wifi'),
  'SMS of 8 lines': named('traccar-decoder-attribute-86', 'cap-cxzt-reply'),
  'binary, 45 bytes': named(
    'traccar-decoder-position-78',
    'fd-frame-b45b',
    'bin-45-lk109',
    'traccar-decoder-position-82',
  ),
}
const V1 = 'V1 with cell'
const V1_REGEX = 'V1 with cell, one regular expression'

const assertSameObjects = (): void => {
  for (const frame of drive()) {
    if (!isDeepStrictEqual(decode(frame), decodeV1ByRegex(frame))) {
      throw new Error(`the two decoders disagree on ${Buffer.from(frame.bytes).toString('latin1')}`)
    }
  }
}

/** Microseconds per frame: rounds of all cases take turns, so that a busy neighbour slows all of them alike. */
const measure = (): Map<string, number> => {
  const samples = new Map<string, number[]>(Object.keys(CASES).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, frames] of Object.entries(CASES)) {
      const decoder = name === V1_REGEX ? decodeV1ByRegex : decode
      const ms = timeOnce(() => {
        let decoded = 0
        for (let i = 0; i < FRAMES_PER_ROUND; i++) if (decoder(frames[i % frames.length]!).ok) decoded++
        if (decoded !== FRAMES_PER_ROUND) throw new Error(`${name}: only ${decoded} frames decoded`)
      })
      samples.get(name)!.push((ms * 1000) / FRAMES_PER_ROUND)
    }
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]))
}

const measureFraming = async (): Promise<Bar[]> => {
  const url = new URL('./codec-framing.ts', import.meta.url)
  if (!existsSync(url)) return []
  const { benchFraming } = await import(url.href)
  return (await benchFraming()) ?? []
}

export const run = async (): Promise<boolean> => {
  assertSameObjects()
  const results = measure()
  for (const [name, micros] of results) console.log(`${micros.toFixed(3).padStart(8)} µs  ${name}`)
  const v1 = results.get(V1)!
  const ratio = results.get(V1_REGEX)! / v1
  return printBars([
    { name: 'V1 with cell, µs', value: v1, atMost: 1 },
    { name: 'V1 against the regular expression, times faster', value: ratio, atLeast: 2 },
    ...(await measureFraming()),
  ])
}
