import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createLog, type Log } from '#shared/log.ts'
import { buildAll } from '../build/bundle.ts'
import { print, printError } from '../print.ts'
import { startDemo } from './demo.ts'
import { startEmbedded } from './embedded.ts'
import { makePrivate } from './private-files.ts'
import { help, readOptions, type LocalOptions } from './options.ts'
import { tellWelcome } from './welcome.ts'

/** What a page asks for at once. */
const filesOfPage = 4

const options = readOptions(process.argv.slice(2))
if (options === 'help') print(help)
else if ('problem' in options) {
  printError(`${options.problem}\n\n${help}`)
  process.exitCode = 2
} else await run(options)

async function run(options: LocalOptions): Promise<void> {
  try {
    makePrivate(options.dataDir)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
  const logFile = join(options.dataDir, 'log.jsonl')
  const lines = createWriteStream(logFile, { flags: 'a', mode: 0o600 })
  const log = createLog({ part: 'local' }, (line) => lines.write(`${line}\n`))

  print('Starting …')
  await buildAll()
  const embedded = await startEmbedded(options, log, {
    onEvent: ({ time, detailType, detail }) => {
      if (options.events) print(`${time}  ${detailType}  ${JSON.stringify(detail)}`)
    },
  }).catch((error: unknown) => {
    printError(error instanceof Error ? error.message : error)
    process.exit(1)
  })
  void wakeApi(embedded.httpUrl, log)
  print(tellWelcome(options, embedded, logFile))
  const demo = options.demo ? startDemo(embedded.tcpPort) : null

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    print('\nStopping: frames in hand go into the log (Ctrl-C again to stop at once) …')
    await demo?.stop()
    await embedded.close()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
}

/** Each file of a page takes a thread of the API's, which has to start: better now than under somebody's eyes. */
async function wakeApi(httpUrl: string, log: Log): Promise<void> {
  const asked = Array.from({ length: filesOfPage }, () => fetch(`${httpUrl}/healthz`))
  for (const { status, ...rest } of await Promise.allSettled(asked))
    if (status === 'rejected') log.warn('the API did not wake', rest)
}
