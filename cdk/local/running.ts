import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a running embedded mode listens, for tools beside it. Written at start into its data folder. */
export type Running = {
  readonly dynamoEndpoint: string
  readonly telemetryTable: string
  readonly fleetTable: string
  readonly httpUrl: string
  readonly tcpPort: number
}

const fileIn = (dataDir: string): string => join(dataDir, 'running.json')

export function writeRunning(dataDir: string, running: Running): void {
  const temporary = `${fileIn(dataDir)}.new`
  writeFileSync(temporary, `${JSON.stringify(running, null, 2)}\n`)
  renameSync(temporary, fileIn(dataDir))
}

export const readRunning = (dataDir: string): Running | null =>
  existsSync(fileIn(dataDir)) ? (JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Running) : null
