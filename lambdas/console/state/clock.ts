import { signal } from '@preact/signals'

/** The time of the page, so that "12 s ago" stays correct. */
export const now = signal(Date.now())

/** Makes `now` tick once a second; it pauses while the page is hidden. */
export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) now.value = Date.now()
  }, 1_000)
}
