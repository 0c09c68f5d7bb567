import { readFileSync } from 'node:fs'

/** A vector as /test/vectors holds it; see its `source` and `note`. */
export type Vector = {
  readonly name: string
  readonly source: string
  readonly kind?: 'frame' | 'stream' | 'command' | 'reply' | 'mask'
  readonly direction?: 'up' | 'down'
  readonly input_text?: string
  readonly input_hex?: string
  readonly chunks_hex?: readonly string[]
  readonly certain?: boolean
  readonly note?: string
  /** Kind `reply`: the command that is open when it comes. */
  readonly open?: Readonly<Record<string, unknown>>
  readonly expect: Readonly<Record<string, unknown>> & {
    readonly frames?: readonly { readonly hex: string }[]
    readonly bytesLeft?: number
  }
}

const read = (name: string): Vector[] =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as Vector[]

const publicVectors = read('public-2')
export const frameVectors = [...read('frames'), ...publicVectors.filter(({ kind }) => kind === 'frame')]
export const streamVectors = read('streams')
export const commandVectors = publicVectors.filter(({ kind }) => kind === 'command')
export const replyVectors = publicVectors.filter(({ kind }) => kind === 'reply')
/** Their frames are given by type, id and fix time, not by bytes. */
export const publicStreams = publicVectors.filter(({ kind }) => kind === 'stream')

export const bytesOf = (vector: Vector): Uint8Array =>
  vector.input_hex === undefined
    ? new Uint8Array(Buffer.from(vector.input_text ?? '', 'latin1'))
    : new Uint8Array(Buffer.from(vector.input_hex, 'hex'))

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Pieces of `size` bytes, in memory of their own as a socket gives them. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.slice(i, i + size))
  return pieces
}
