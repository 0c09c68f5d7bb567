import { signal } from '@preact/signals'

/** Ticks each second, so that "12 s ago" stays true; not while no one looks. */
export const now = signal(Date.now())
setInterval(() => {
  if (!document.hidden) now.value = Date.now()
}, 1_000)
