import { createHash, randomBytes } from 'node:crypto'
import { makeCommandId } from '../domain/command.ts'

/** A new id of a command or a probe. */
export const newCommandId = (now: number): string => makeCommandId(now, randomBytes(4).readUInt32BE())

/** When an id was made, ms since 1970 UTC. */
export const createdAtOf = (commandId: string): number => Number.parseInt(commandId.slice(0, 9), 36)

/**
 * The id of the nth command of a probe: deterministic, so a repeated request gets the same ids. `at`: when the phase of
 * the probe was made, ms since 1970 UTC.
 */
export const partId = (probeId: string, n: number, at: number = createdAtOf(probeId)): string =>
  makeCommandId(at + n, createHash('sha256').update(`${probeId}#${n}`).digest().readUInt32BE())

/** The id of the command that a campaign makes for a device; `at`: the time of the decision, ms since 1970 UTC. */
export const campaignCommandId = (campaignId: string, deviceId: string, at: number): string =>
  makeCommandId(at, createHash('sha256').update(`${campaignId}#${deviceId}`).digest().readUInt32BE())
