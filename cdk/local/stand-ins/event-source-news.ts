/** Whether new records came since the last reset, and a wait for them. */
type News = {
  readonly reset: () => void
  readonly hasCome: () => boolean
  /** Resolves when new records have come, after `ms`, or when `signal` aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly stop: () => void
}

export function watchNews(onNews: (listener: () => void) => () => void, onCome: () => void): News {
  let wake = (): void => {}
  let hasCome = false
  const stop = onNews(() => {
    hasCome = true
    onCome()
    wake()
  })
  return {
    reset: () => {
      hasCome = false
    },
    hasCome: () => hasCome,
    wait: async (ms, signal) => {
      if (hasCome || signal.aborted) return
      const news = Promise.withResolvers<void>()
      wake = news.resolve
      const timer = setTimeout(wake, ms)
      signal.addEventListener('abort', wake)
      await news.promise
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
    },
    stop,
  }
}
