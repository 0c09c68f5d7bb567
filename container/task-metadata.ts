import type { Log } from '#shared/log.ts'

type TaskStatusWatch = { readonly stop: () => void }

/** Reads the task's desired status once. Rejects if the endpoint does not answer. */
type ReadDesiredStatus = () => Promise<string>

/** Every 5 s, so that almost all of the two minutes before deregistration ends can be used for the drain. */
const POLL_MS = 5_000
const ANSWER_WITHIN_MS = 2_000

/**
 * `DesiredStatus` of this task, from the ECS task metadata endpoint version 4 (`$ECS_CONTAINER_METADATA_URI_V4/task`,
 * present on Fargate since platform version 1.4).
 */
export const readDesiredStatus =
  (metadataUri: string): ReadDesiredStatus =>
  async () => {
    const response = await fetch(`${metadataUri}/task`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    if (!response.ok) throw new Error(`the task metadata endpoint answered ${response.status}`)
    const { DesiredStatus } = (await response.json()) as { DesiredStatus?: unknown }
    return String(DesiredStatus)
  }

/**
 * Calls `onStopping` once, when ECS wants to stop this task. ECS deregisters the target from the load balancer at that
 * moment and sends SIGTERM only after the deregistration delay; waiting for the signal would waste two minutes. If the
 * endpoint does not answer, it is asked again; SIGTERM still comes.
 */
export function watchTaskStatus({
  read,
  onStopping,
  log,
  every = (ms, look) => {
    const timer = setInterval(look, ms).unref()
    return () => clearInterval(timer)
  },
}: {
  readonly read: ReadDesiredStatus
  readonly onStopping: () => void
  readonly log: Pick<Log, 'warn'>
  readonly every?: (ms: number, look: () => void) => () => void
}): TaskStatusWatch {
  let isAsking = false
  let isSilent = false
  const look = async (): Promise<void> => {
    if (isAsking) return
    isAsking = true
    try {
      const status = await read()
      isSilent = false
      if (status !== 'STOPPED') return
      stop()
      onStopping()
    } catch (cause) {
      if (!isSilent) log.warn('task metadata cannot be read; asking again', { cause })
      isSilent = true
    } finally {
      isAsking = false
    }
  }
  const stop = every(POLL_MS, () => void look())
  return { stop }
}
