import { createFramer, peek } from '#h02'
import type { Log } from '#shared/log.ts'
import type { UnregisteredStore } from '#shared/store/unregistered.ts'

/** Limit of remembered trackers; a tracker that stays there connects every few seconds. */
const MAX_NOTED = 1_000
const NOTE_EVERY_MS = 60_000

/**
 * Records trackers that connect to the HTTP port, by the id in their first frame, so that a diagnosis can report it. At most one
 * note per tracker and minute.
 */
export function createWrongPort({
  noteStray,
  log,
  monotonic,
}: Pick<UnregisteredStore, 'noteStray'> & {
  readonly log: Log
  readonly monotonic: () => number
}): (bytes: Uint8Array, remoteAddress: string) => void {
  const notedAt = new Map<string, number>()

  return (bytes, remoteAddress) => {
    const framer = createFramer()
    const [deviceId] = [...framer.push(bytes), ...framer.end()].flatMap((frame) => peek(frame).id ?? [])
    const at = monotonic()
    if (deviceId === undefined || at - (notedAt.get(deviceId) ?? -Infinity) < NOTE_EVERY_MS) return
    notedAt.delete(deviceId)
    notedAt.set(deviceId, at)
    if (notedAt.size > MAX_NOTED) notedAt.delete(notedAt.keys().next().value!)
    log.warn('a tracker connected to the HTTP port; point it at the tracker port', {
      deviceId,
      remoteAddress,
    })
    noteStray(deviceId, { remoteAddress: remoteAddress.replace(/^::ffff:/, ''), protocol: null }).catch(
      (cause: unknown) => log.error('a tracker at the HTTP port was not noted', { deviceId, cause }),
    )
  }
}
