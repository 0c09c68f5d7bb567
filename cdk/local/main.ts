import { createWriteStream, mkdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createLog } from '#shared/log.ts'
import { buildAll } from '../bundle.ts'
import { startDemo } from './demo.ts'
import { startEmbedded } from './embedded.ts'
import { help, readOptions, type LocalOptions } from './options.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') console.log(help)
else if ('problem' in options) {
  console.error(`${options.problem}\n\n${help}`)
  process.exitCode = 2
} else await run(options)

async function run(options: LocalOptions): Promise<void> {
  mkdirSync(options.dataDir, { recursive: true })
  const logFile = join(options.dataDir, 'log.jsonl')
  const lines = createWriteStream(logFile, { flags: 'a' })
  const log = createLog({ part: 'local' }, (line) => lines.write(`${line}\n`))

  console.log('Starting …')
  await buildAll()
  const embedded = await startEmbedded(options, log, {
    onEvent: ({ time, detailType, detail }) => {
      if (options.events) console.log(`${time}  ${detailType}  ${JSON.stringify(detail)}`)
    },
  }).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  })
  printWelcome(options, embedded.httpUrl, embedded.tcpPort, embedded.adminKey, logFile)
  const demo = options.demo ? startDemo(embedded.tcpPort) : null

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    console.log('\nStopping: frames in hand go into the log (Ctrl-C again to stop at once) …')
    await demo?.stop()
    await embedded.close()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
}

/** Addresses of this machine that a tracker elsewhere could dial. */
const outsideAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
    .map((address) => address.address)

function printWelcome(
  { host, dataDir, demo }: LocalOptions,
  httpUrl: string,
  tcpPort: number,
  adminKey: string,
  logFile: string,
): void {
  const open = host !== '127.0.0.1' && host !== 'localhost'
  const [address = '<your public address>'] = open ? outsideAddresses() : []
  console.log(`
The H02 gateway is running. Everything is kept in ${dataDir}, what happens is in ${logFile}.

  trackers   ${host}:${tcpPort}${
    open
      ? `
             To point a tracker here, send it this SMS (0000 is its password; the address must be one it can reach):
             8040000 ${address} ${tcpPort}`
      : '   (only from this machine; --host 0.0.0.0 opens it)'
  }
  HTTP API   ${httpUrl}/v1   (described in ${httpUrl}/openapi.json)
  admin key  ${adminKey}

${demo ? 'A few simulated trackers are driving. Where are they?' : 'A tracker to try it with, in another terminal:\n\n  npm run tracker\n\nWhere is it?'}

  curl -H "Authorization: Bearer ${adminKey}" ${httpUrl}/v1/positions
`)
}
