import type { KnownSecrets } from '#h02/catalogue/index.ts'
import { MESSAGE_FORMAT, type LiveBatch } from '#shared/domain/command-messages.ts'
import { directionOf, maskedAs, type SessionEvent } from '#shared/domain/event.ts'
import { mergeGrants, type LiveGrant } from '#shared/domain/live-grant.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { toHex } from '#shared/hex.ts'

export type LiveFeed = ReturnType<typeof createLiveFeed>

/**
 * Frames of a device are sent together: people notice no difference, and a connection may publish only 100 times per
 * second.
 */
const COALESCE_MS = 200
/** Rows of a device that wait for a slow link; the oldest are dropped first. */
const MAX_ROWS = 200
/** Hex digits per message: the link drops messages above 100 KB. */
const MAX_BATCH_DIGITS = 64 * 1024

/** How long a key counts as valid after it was read. After that it is read again before anything is published. */
const KEY_CHECK_MS = 2_000
/** If keys cannot be read, the last result counts for this long. */
const MAX_KEY_AGE_MS = 60_000

type Watched = {
  grants: LiveGrant[]
  rows: LiveBatch['rows'][number][]
  timer: NodeJS.Timeout | undefined
  isSending: boolean
}

/**
 * Publishes the traffic of watched devices, masked, on the topics of their grants, and nothing for other devices. A
 * grant ends at its time, or when its key is deleted, expires, or is restricted to other devices (labels change): then
 * nothing more is published on its topic.
 */
export function createLiveFeed({
  maskBytes,
  publish,
  isKeyValid,
  log,
  metrics,
  clock: { now, monotonic },
}: {
  readonly maskBytes: (bytes: Uint8Array, direction: 'up' | 'down', known: KnownSecrets) => Uint8Array
  readonly publish: (batch: LiveBatch, grantIds: readonly (string | null)[]) => Promise<unknown>
  readonly isKeyValid: (keyId: string, deviceId: string) => Promise<boolean>
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: { readonly now: () => number; readonly monotonic: () => number }
}) {
  const watched = new Map<string, Watched>()

  /** When each key was last found valid for a device (ms of the monotonic clock). */
  const confirmedAt = new Map<string, number>()

  const validAt = ({ grants }: Watched, at: number): LiveGrant[] => grants.filter(({ until }) => until > at)

  const readKey = async (keyId: string, deviceId: string): Promise<boolean> => {
    const at = monotonic()
    const pair = `${keyId} ${deviceId}`
    const known = confirmedAt.get(pair) ?? Number.NEGATIVE_INFINITY
    if (at - known < KEY_CHECK_MS) return true
    try {
      const isValid = await isKeyValid(keyId, deviceId)
      if (isValid) confirmedAt.set(pair, at)
      else confirmedAt.delete(pair)
      return isValid
    } catch (cause) {
      log.warn('cannot read the key of a live grant', { keyId, cause })
      return at - known < MAX_KEY_AGE_MS
    }
  }
  const dropRevoked = async (deviceId: string, device: Watched): Promise<void> => {
    const keyIds = new Set(device.grants.flatMap(({ keyId }) => keyId ?? []))
    const checked = await Promise.all(
      [...keyIds].map(async (id) => [id, await readKey(id, deviceId)] as const),
    )
    const revoked = checked.filter(([, isValid]) => !isValid).map(([id]) => id)
    device.grants = device.grants.filter(({ keyId }) => keyId === null || !revoked.includes(keyId))
  }

  const schedule = (deviceId: string, device: Watched): void => {
    if (device.isSending || device.rows.length === 0) return
    device.timer ??= setTimeout(() => {
      device.timer = undefined
      send(deviceId, device)
        .catch((cause: unknown) => log.error('cannot publish frames to the live view', { deviceId, cause }))
        .finally(() => {
          device.isSending = false
          schedule(deviceId, device)
        })
    }, COALESCE_MS)
  }

  const send = async (deviceId: string, device: Watched): Promise<void> => {
    device.isSending = true
    await dropRevoked(deviceId, device)
    const grantIds = validAt(device, now()).map(({ grantId }) => grantId)
    let digits = 0
    const end = device.rows.findIndex(({ raw }, i) => (digits += raw.length) > MAX_BATCH_DIGITS && i > 0)
    const rows = device.rows.splice(0, end < 0 ? device.rows.length : end)
    if (grantIds.length > 0) {
      metrics.count('LiveFrames', rows.length)
      await publish({ v: MESSAGE_FORMAT, kind: 'live', deviceId, rows }, grantIds)
    }
  }

  const isWatched = (deviceId: string): boolean => {
    const device = watched.get(deviceId)
    if (device === undefined) return false
    if (validAt(device, now()).length > 0) return true
    if (device.rows.length === 0 && !device.isSending) watched.delete(deviceId)
    return false
  }

  return {
    /** Adds grants to those that the device has. */
    watch: (deviceId: string, added: readonly LiveGrant[]): void => {
      const device = watched.get(deviceId)
      const grants = mergeGrants(device?.grants ?? [], added, now())
      if (device !== undefined) device.grants = grants
      else if (grants.length > 0) {
        watched.set(deviceId, { grants, rows: [], timer: undefined, isSending: false })
      }
    },
    isWatched,
    /** `known`: literals that are masked in its bytes. */
    add: (
      { deviceId, kind, sessionId, seq, receivedAt, ack, raw }: SessionEvent,
      known: KnownSecrets,
    ): void => {
      const device = isWatched(deviceId) ? watched.get(deviceId) : undefined
      if (device === undefined) return
      const direction = maskedAs[directionOf[kind]]
      const shown = direction === null ? raw : maskBytes(raw, direction, known)
      device.rows.push({ kind, sessionId, seq, receivedAt, ack, raw: toHex(shown) })
      if (device.rows.length > MAX_ROWS) {
        device.rows.shift()
        metrics.count('LiveDropped')
      }
      schedule(deviceId, device)
    },
    stop: (): void => {
      for (const { timer } of watched.values()) clearTimeout(timer)
      watched.clear()
      confirmedAt.clear()
    },
  }
}
