import { createHash, randomBytes } from 'node:crypto'
import { makeCommandId } from '../domain/command.ts'

/** A new id of a command, or of a probe. */
export const newCommandId = (now: number): string => makeCommandId(now, randomBytes(4).readUInt32BE())

/** When an id was made, ms since 1970 UTC. */
export const createdAtOf = (commandId: string): number => Number.parseInt(commandId.slice(0, 9), 36)

/**
 * The id of the nth command of a probe: the same whenever the same probe is asked for again. `at`: when the phase that
 * it is part of was made, ms since 1970 UTC.
 */
export const partId = (probeId: string, n: number, at: number = createdAtOf(probeId)): string =>
  makeCommandId(at + n, createHash('sha256').update(`${probeId}#${n}`).digest().readUInt32BE())
