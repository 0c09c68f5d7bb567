import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { openBrowser, missingBrowser } from '../console/browser.ts'
import { printBars } from './bars.ts'
import { measureFirstView } from './console-first-view.ts'
import { measureFleet } from './console-fleet.ts'
import { measureOverview } from './console-overview.ts'
import { closeEmbedded, say } from './say.ts'
import { openSender } from './console-sender.ts'
import { measureTerminal } from './console-terminal.ts'
import { register } from './load-api.ts'
import { waitUntilStored } from './load-stored.ts'
import { FIRST_ID } from './parts/ids.ts'
import { createParts, type Part, type StartPart } from './parts/part.ts'
import type { Observed } from './parts/trackers.ts'

const HELP = `npm run bench console -- [options]     the console in Chromium, against embedded mode

  --devices 10000            the fleet that is listed, scrolled, filtered
  --frames-per-second 200    of the one device whose terminal is open
  --seconds 20               so long
  --help`

const STORE_PATIENCE_MS = 120_000
/** Not one of the fleet. */
const alone = String(FIRST_ID - 1)

type Options = { readonly devices: number; readonly framesPerSecond: number; readonly seconds: number }

export const run = async (args: readonly string[]): Promise<boolean> => {
  const options = readOptions(args)
  if (options === null) {
    console.error(HELP)
    return false
  }
  if (missingBrowser !== null) {
    console.error(`\n!!! NOTHING MEASURED: ${missingBrowser}\n`)
    return false
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'h02-console-'))
  const parts = createParts()
  const { start } = parts
  const browser = await openBrowser({ drawsMaps: true })
  say(`Chromium ${browser.version()}, without a graphics card`)
  try {
    const embedded = start('embedded-server', {
      DATA_DIR: dataDir,
      BATCH_WINDOW_SECONDS: '1',
      // A device that sends more than 50 frames a second is cut off otherwise.
      GATEWAY_ENV: JSON.stringify({ FRAMES_PER_SECOND: String(10 * options.framesPerSecond) }),
    })
    const running = await embedded.ask<any>('running')
    await register(running, [alone])
    const sender = await openSender(running.tcpPort, alone)
    sender.sendOne()
    const bars = [
      ...(await measureFirstView(browser, running)),
      ...(await measureTerminal(browser, running, { ...options, deviceId: alone, sender })),
    ]
    await sender.close()
    const deviceIds = Array.from({ length: options.devices - 1 }, (_, i) => String(FIRST_ID + i))
    const trackers = await seed(start, running, deviceIds)
    bars.push(...(await measureFleet(browser, running, [alone, ...deviceIds])))
    bars.push(...(await measureOverview(browser, running, deviceIds)))
    await closeEmbedded(embedded, trackers)
    return printBars(bars)
  } finally {
    await browser.close()
    await parts.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '10000' },
      'frames-per-second': { type: 'string', default: '200' },
      seconds: { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  })
  const options: Options = {
    devices: Number(values.devices),
    framesPerSecond: Number(values['frames-per-second']),
    seconds: Number(values.seconds),
  }
  const isWell = Object.values(options).every((value) => Number.isInteger(value) && value > 0)
  return isWell && options.devices > 1 && !values.help ? options : null
}

/** The fleet connects, and each device reports once: then all are online, each with a last position. */
async function seed(start: StartPart, running: any, deviceIds: readonly string[]): Promise<Part> {
  say(`registering and connecting ${deviceIds.length} devices`)
  await register(running, deviceIds)
  const count = String(deviceIds.length)
  const trackers = start('trackers', { PORT: String(running.tcpPort), DEVICES: count })
  await trackers.ask('connect', deviceIds.length)
  const { lastSentAt } = await trackers.ask<Observed>('observed')
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: running.dynamoEndpoint,
      region: 'us-east-1',
      credentials: running.credentials,
    }),
  )
  const at = { client, table: running.telemetryTable }
  const sentAt = new Map(deviceIds.map((deviceId, i) => [deviceId, lastSentAt[i]!]))
  if (!(await waitUntilStored(at, sentAt, STORE_PATIENCE_MS)))
    throw new Error(
      `the first frames of ${count} devices were not all stored in ${STORE_PATIENCE_MS / 1_000} s`,
    )
  client.destroy()
  return trackers
}
