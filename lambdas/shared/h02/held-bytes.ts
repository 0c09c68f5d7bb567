/** Memory behind what waits, so that bytes coming one by one are not copied again and again. */
const MAX_SPARE = 4_096

/** What waits, and the chunk behind it. Memory is only ever written behind `held`: frames cut from it never change. */
export function append(held: Uint8Array, chunk: Uint8Array): Uint8Array {
  const length = held.length + chunk.length
  const spare = held.buffer.byteLength - held.byteOffset - held.length
  if (spare < chunk.length) return appendToCopy(held, chunk, length)
  const grown = new Uint8Array(held.buffer, held.byteOffset, length)
  grown.set(chunk, held.length)
  return grown
}

function appendToCopy(held: Uint8Array, chunk: Uint8Array, length: number): Uint8Array {
  const copy = new Uint8Array(length + Math.min(length, MAX_SPARE))
  copy.set(held)
  copy.set(chunk, held.length)
  return copy.subarray(0, length)
}

/**
 * The bytes from `at` on, in memory of our own (`slice` would not do: a Node Buffer's is a view), and no more of it
 * than could come to wait anyway.
 */
export function keep(bytes: Uint8Array, at: number, isOwn: boolean): Uint8Array {
  const rest = bytes.subarray(at)
  return isOwn && bytes.buffer.byteLength <= 2 * MAX_SPARE ? rest : new Uint8Array(rest)
}

/** The same memory as a plain Uint8Array, whatever kind of Buffer it is: frames are all of one kind. */
export const plain = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length)
