type Schedule = { readonly stop: () => Promise<void> }

/**
 * The part of EventBridge Scheduler that we use: calls a function at a fixed rate, the first time at once, never twice
 * at the same time.
 */
export function startSchedule(
  everyMs: number,
  invoke: (event: unknown) => Promise<unknown>,
  onError: (error: unknown) => void,
): Schedule {
  let running: Promise<unknown> | null = null
  const call = (): void => {
    running ??= invoke({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      time: new Date().toISOString(),
    })
      .catch(onError)
      .finally(() => {
        running = null
      })
  }
  const timer = setInterval(call, everyMs)
  call()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
