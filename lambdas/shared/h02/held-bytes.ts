/** Spare memory after the waiting bytes, so that bytes that arrive one by one are not copied each time. */
const MAX_SPARE = 4_096

/** The waiting bytes followed by the chunk. Memory is only written after `held`, so frames cut from it never change. */
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
 * Copies the bytes from `at` on into memory of our own. (`slice` does not copy: for a Node Buffer it returns a view.)
 * The memory is not larger than the limit of waiting bytes.
 */
export function keep(bytes: Uint8Array, at: number, isOwn: boolean): Uint8Array {
  const rest = bytes.subarray(at)
  return isOwn && bytes.buffer.byteLength <= 2 * MAX_SPARE ? rest : new Uint8Array(rest)
}

/** The same memory as a plain Uint8Array, so that all frames have the same class. */
export const plain = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length)
