import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from './stand-ins/identities.ts'

/**
 * Where a running embedded mode listens, and the key that its stand-ins accept until it ends, for tools beside it.
 * Written at start into its data folder; only the owner may read it.
 */
export type Running = {
  readonly dynamoEndpoint: string
  /** Missing in a file that an older version wrote. */
  readonly credentials?: Credentials
  readonly telemetryTable: string
  readonly fleetTable: string
  readonly httpUrl: string
  readonly tcpPort: number
}

const fileIn = (dataDir: string): string => join(dataDir, 'running.json')

export function writeRunning(dataDir: string, running: Running): void {
  const temporary = `${fileIn(dataDir)}.new`
  // A mode counts for a new file only.
  rmSync(temporary, { force: true })
  writeFileSync(temporary, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, fileIn(dataDir))
}

export const readRunning = (dataDir: string): Running | null =>
  existsSync(fileIn(dataDir)) ? (JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Running) : null
