import { setTimeout as sleep } from 'node:timers/promises'
import { HELP, readOptions, type SimulatorOptions } from './options.ts'
import { toPrintable } from './print.ts'
import { profiles } from './profiles/index.ts'
import { runLoad } from './run-load.ts'
import { createTracker } from './tracker.ts'

/** How long to wait for acks of the last frames; limited, because not every frame is acknowledged. */
const LAST_ACKS_MS = 5_000

const options = readOptions(process.argv.slice(2))
if (options === 'help') console.log(HELP)
else if ('problem' in options) {
  console.error(`${options.problem}\n\n${HELP}`)
  process.exitCode = 2
} else if (options.list) {
  for (const { name, title } of profiles) console.log(`${name.padEnd(15)}${title}`)
} else if (options.devices === null) await runTracker(options, interruption())
else {
  await runLoad({
    ...options,
    devices: options.devices,
    baseId: options.id === undefined ? undefined : Number(options.id),
    frames: options.count,
    interrupted: interruption(),
  })
}

/** Ctrl-C, or the end of the process that started this one with a channel. */
function interruption(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
  process.once('disconnect', resolve)
  // The channel alone does not keep a tracker running.
  process.channel?.unref()
  return promise
}

async function runTracker(options: SimulatorOptions, interrupted: Promise<void>): Promise<void> {
  const { host, port, quiet } = options
  const print = (arrow: string) => (bytes: Uint8Array) => {
    if (!quiet) console.log(`${new Date().toISOString().slice(11, 19)} ${arrow} ${toPrintable(bytes)}`)
  }
  let lastNote = ''
  let [sent, received] = [0, 0]
  const allAcked = Promise.withResolvers<void>()
  const tracker = createTracker({
    ...options,
    deviceId: options.id,
    maxFrames: options.count,
    onSent(bytes) {
      sent++
      print('→')(bytes)
    },
    onReceived(bytes) {
      lastNote = ''
      received++
      print('←')(bytes)
      void tracker.done.then(() => received >= sent && allAcked.resolve())
    },
    onNote(note) {
      if (note !== lastNote) console.error(`${note} (trying again every 5 s)`)
      lastNote = note
    },
  })
  if (!quiet) console.log(`${options.profile} ${tracker.deviceId} → ${host}:${port}   (Ctrl-C stops it)`)
  const finished = tracker.done.then(() => Promise.race([allAcked.promise, sleep(LAST_ACKS_MS)]))
  tracker.start()
  await Promise.race([finished, interrupted])
  await tracker.stop()
}
