import { join } from 'node:path'
import { createLog, type Log } from '#shared/log.ts'
import { print, printError } from '../print.ts'
import { startDemo } from './demo.ts'
import { startEmbedded } from './embedded.ts'
import { openLogFile } from './log-file.ts'
import { HELP, readOptions, type LocalOptions } from './options.ts'
import { FolderError, toFolderError } from './private-files.ts'
import { readRunning } from './running.ts'
import { FolderInUseError, StorageError } from './stand-ins/sqlite.ts'
import { prepareFolder } from './try-folder.ts'
import { welcomeText } from './welcome.ts'

/** Runs embedded mode until a signal ends it. */
async function run(options: LocalOptions): Promise<void> {
  ignoreClosedPipes()
  try {
    prepareFolder(options.dataDir)
  } catch (error) {
    if (!(error instanceof FolderError)) throw error
    printError(error.message)
    process.exit(2)
  }
  const logPath = join(options.dataDir, 'log.jsonl')
  const logFile = openLogFile(logPath)
  const log = createLog({ part: 'local' }, logFile.write)

  const embedded = await startEmbedded(options, log, {
    onEvent: ({ time, detailType, detail }) => {
      if (options.events) print(`${time}  ${detailType}  ${JSON.stringify(detail)}`)
    },
    onStorage: (problem) => printError(storageText(options.dataDir, problem)),
    onBroker: (broker, problem) => print(brokerText(broker, problem)),
    onUsedUp: () => printError(USED_UP_TEXT),
  }).catch((error: unknown) => {
    printError(whyNotStarted(error, options.dataDir))
    process.exit(error instanceof StorageError || error instanceof FolderError ? 2 : 1)
  })
  setTimeout(() => void wakeApi(embedded.httpUrl, log), WAKE_API_MS).unref()
  print(welcomeText(options, embedded, logPath))
  const demo = options.demo ? startDemo(embedded.tcpPort) : null

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    print('\nStopping: received frames are written to the log (Ctrl-C again to stop at once) …')
    await demo?.stop()
    await embedded.close()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
}

/** The program that reads the output may end before this one, as journald does in an update. Lines are then lost. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
}

function whyNotStarted(error: unknown, dataDir: string): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof StorageError) return toFolderError(dataDir, error).message
  const running = error instanceof FolderInUseError ? readRunning(dataDir) : null
  if (running === null) return error.message
  const { consoleUrl = running.httpUrl, tcpPort } = running
  return (
    `Already running at ${consoleUrl} (trackers on port ${tcpPort}, data in ${dataDir}). ` +
    'Stop that one first, or give this one its own --data, --tcp-port and --http-port.'
  )
}

const storageText = (dataDir: string, problem: string | null): string =>
  problem === null
    ? `${dataDir} can be written again. Trackers are acknowledged again.`
    : `${dataDir} cannot be written: ${problem}. Trackers are not acknowledged meanwhile, so they keep their frames. ` +
      'This goes on by itself as soon as there is room.'

const brokerText = (broker: string, problem: string | null): string =>
  problem === null
    ? `Devices are published to ${broker}.`
    : `${broker} is not connected: ${problem}. Publishing continues as soon as it is connected.`

const USED_UP_TEXT =
  'As many new ids as are allowed in an hour have registered themselves. More are listed as unknown: accept yours in ' +
  'the console (Fleet, Unknown). To register all ids yourself, start with --registration registered.'

/** Trackers first: they connect as soon as the port is open. */
const WAKE_API_MS = 3_000

/** Loads the API, which takes a second, before someone opens the console. */
async function wakeApi(httpUrl: string, log: Log): Promise<void> {
  try {
    // Requests the console's page, because another instance answers /healthz.
    await fetch(httpUrl)
  } catch (cause) {
    log.warn('the API did not start in advance', { cause })
  }
}

const options = readOptions(process.argv.slice(2))
// main.ts has already read the options, but in the image and under systemd this program starts without main.ts.
if (options === 'help') print(HELP)
else if ('problem' in options) {
  printError(`${options.problem}\n\n${HELP}`)
  process.exitCode = 2
} else await run(options)
