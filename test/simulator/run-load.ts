import { createLoad } from './load.ts'

const SUMMARY_MS = 2_000
/** Thousands of devices have the same problem, so it is printed once. */
const MAX_NOTES = 20

type LoadRun = {
  readonly host: string
  readonly port: number
  readonly devices: number
  readonly rate: number
  readonly baseId: number | undefined
  readonly frames: number | undefined
  readonly seconds: number | undefined
  readonly interrupted: Promise<void>
}

/** Load mode of the command line: a summary every two seconds, and the totals at the end. */
export async function runLoad({ interrupted, ...options }: LoadRun): Promise<void> {
  const notes = new Set<string>()
  const load = createLoad({
    ...options,
    onNote(note) {
      if (notes.has(note) || notes.size >= MAX_NOTES) return
      notes.add(note)
      console.error(`${note} (trying again)`)
    },
  })
  const started = performance.now()
  let before = load.stats()
  const print = (): void => {
    const now = load.stats()
    const perSecond = Math.round(((now.sent - before.sent) * 1000) / SUMMARY_MS)
    console.log(
      `${String(Math.round((performance.now() - started) / 1000)).padStart(5)} s  ` +
        `connected ${now.connected}/${options.devices}  sent ${now.sent} (${perSecond}/s)  ` +
        `acked ${now.acked} (${now.sent - now.acked} open)  errors ${now.errors}`,
    )
    before = now
  }
  const timer = setInterval(print, SUMMARY_MS)
  load.start()
  await Promise.race([load.done, interrupted])
  clearInterval(timer)
  const { sent, acked, errors } = load.stats()
  await load.stop()
  const short = Array.from({ length: options.devices }, (_, n) => n).filter(
    (n) => load.ackedOf(n) < load.sentOf(n),
  ).length
  console.log(`sent ${sent}, acknowledged ${acked}, errors ${errors}; devices with open frames: ${short}`)
}
