import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from './stand-ins/identities.ts'

/**
 * Where a running embedded mode listens, and the key that its stand-ins accept until it ends. Tools on this machine
 * read it. It is written to the data folder at start, readable by the owner only.
 */
export type Running = {
  readonly dynamoEndpoint: string
  /** Missing in a file of an older version. */
  readonly credentials?: Credentials
  readonly telemetryTable: string
  readonly fleetTable: string
  /** Endpoints for publishing events, as environment variables. Missing in a file of an older version. */
  readonly publishEnv?: Readonly<Record<string, string>>
  readonly httpUrl: string
  /** The address for people; missing in a file of an older version. */
  readonly consoleUrl?: string
  readonly tcpPort: number
}

const fileIn = (dataDir: string): string => join(dataDir, 'running.json')

export function writeRunning(dataDir: string, running: Running): void {
  const temporary = `${fileIn(dataDir)}.new`
  // The mode is only applied to a new file.
  rmSync(temporary, { force: true })
  writeFileSync(temporary, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, fileIn(dataDir))
}

export const readRunning = (dataDir: string): Running | null =>
  existsSync(fileIn(dataDir)) ? (JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Running) : null
