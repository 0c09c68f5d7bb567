import { readFileSync } from 'node:fs'
import { createFramer } from '#h02'
import type { Bar } from './bars.ts'
import { median, timeOnce } from './timing.ts'

const CHUNK = 64 * 1024
const CHUNKS = 40
const ROUNDS = 41

/** The bytes of a busy connection: the drive repeated, in chunks of 64 KB as from a socket under load. */
function makeChunks(): Uint8Array[] {
  const drive = JSON.parse(readFileSync(new URL('../vectors/drive.json', import.meta.url), 'utf8')) as {
    hex: string
  }[]
  const once = Buffer.concat(drive.map(({ hex }) => Buffer.from(hex, 'hex')))
  const stream = Buffer.concat(Array.from({ length: Math.ceil((CHUNK * CHUNKS) / once.length) }, () => once))
  return Array.from({ length: CHUNKS }, (_, i) => new Uint8Array(stream.subarray(i * CHUNK, (i + 1) * CHUNK)))
}

/** Frames per second of cutting 64 KB chunks of V1 text. */
export function benchFraming(): Bar[] {
  const chunks = makeChunks()
  const rates = Array.from({ length: ROUNDS }, () => {
    const framer = createFramer()
    let frames = 0
    const ms = timeOnce(() => {
      for (const chunk of chunks) frames += framer.push(chunk).length
    })
    return frames / ms / 1_000
  })
  return [{ name: 'framing of 64 KB chunks, million frames/s', value: median(rates), atLeast: 1.5 }]
}
