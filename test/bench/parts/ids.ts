/** Devices of a bench count up from here. */
export const FIRST_ID = 9_170_000_000

/** Rolls a frame into the hash of the frames before it (FNV-1a): equal hashes, equal frames in equal order. */
export function rollHash(hash: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash
}

/** Nanoseconds of a clock that all processes of this machine share. */
export const sharedClock = (): number => Number(process.hrtime.bigint())
