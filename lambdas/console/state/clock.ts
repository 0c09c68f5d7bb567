import { signal } from '@preact/signals'

/** Ticks once a second, so that "12 s ago" stays correct; pauses while the page is hidden. */
export const now = signal(Date.now())
setInterval(() => {
  if (!document.hidden) now.value = Date.now()
}, 1_000)
