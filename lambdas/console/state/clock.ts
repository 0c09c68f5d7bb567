import { signal } from '@preact/signals'

/** The precision of the header and the time that a request takes are not errors of the clock. */
const MIN_ERROR_MS = 30_000
/** How far the clock of this computer is ahead of the server's. */
let errorMs = 0

/** The time of the server: the clock of a computer may be an hour wrong, and a device would seem to be silent. */
export const currentTime = (): number => Date.now() - errorMs

/** The time of the page, so that "12 s ago" stays correct. */
export const now = signal(currentTime())

/** Corrects the time of the page by the `Date` header of an answer. */
export function correctClock(date: string | null): void {
  const error = Date.now() - Date.parse(date ?? '')
  if (Number.isNaN(error) || Math.abs(error - errorMs) < MIN_ERROR_MS) return
  errorMs = Math.abs(error) < MIN_ERROR_MS ? 0 : error
  now.value = currentTime()
}

/** Makes `now` tick once a second; it pauses while the page is hidden. */
export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) now.value = currentTime()
  }, 1_000)
}
