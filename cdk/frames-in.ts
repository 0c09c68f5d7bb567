import { createFramer, type Frame } from '#h02'

/** All frames of a connection that has ended, from the chunks that arrived on it; `rest`: bytes between them. */
export function framesIn(chunks: readonly Uint8Array[], framer = createFramer()): Frame[] {
  const frames = chunks.flatMap((chunk) => framer.push(chunk))
  return [...frames, ...framer.idle(), ...framer.end()]
}
