import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Maximum number of lines in the page: enough to scroll through, few enough to stay fast. Scrolling up loads older
 * ones.
 */
const MAX_DRAWN = 400
const NEAR_EDGE = 60

type Scrolled = {
  readonly isPaused: ReadonlySignal<boolean>
  /** Number of lines, drawn or not. */
  readonly count: ReadonlySignal<number>
  /** Fetches older lines; null: there are none, or a fetch is running. */
  readonly loadOlder: () => Promise<void> | null
}

/**
 * A box that shows the newest line unless someone has scrolled away; older lines that are inserted at the top do not
 * move the visible ones. `drawn`: how many of the newest lines to draw.
 */
export function useScroll({ isPaused, count, loadOlder }: Scrolled) {
  const drawn = useSignal(MAX_DRAWN)
  const box = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLOListElement>(null)
  const sticks = useRef(true)
  const lastTop = useRef(0)
  const before = useRef<{ height: number; top: number } | null>(null)

  // When anything grows, for example an opened row or a reply, the newest line stays visible.
  useEffect(() => {
    const element = box.current!
    const observer = new ResizeObserver(() => {
      if (sticks.current && !isPaused.peek()) element.scrollTop = element.scrollHeight
    })
    observer.observe(list.current!)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const drawOlder = (element: HTMLDivElement): void => {
    before.current = { height: element.scrollHeight, top: element.scrollTop }
    drawn.value += MAX_DRAWN
  }

  const onScroll = (): void => {
    const element = box.current
    // A scroll event may arrive after the user has left the page.
    if (element === null) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_EDGE
    // Only a scroll upwards is the user's: new rows move the end away as well.
    if (isAtEnd) sticks.current = true
    else if (element.scrollTop < lastTop.current - 1) sticks.current = false
    lastTop.current = element.scrollTop
    if (sticks.current && drawn.value > MAX_DRAWN) drawn.value = MAX_DRAWN
    if (element.scrollTop > NEAR_EDGE) return
    if (drawn.value < count.value) drawOlder(element)
    else
      void loadOlder()?.then(() => {
        if (box.current !== null) drawOlder(element)
      })
  }

  /** Must be called once the lines are in the page. */
  const useLines = (lines: readonly unknown[]): void =>
    useLayoutEffect(() => {
      const element = box.current
      if (element === null) return
      if (before.current !== null) {
        element.scrollTop = before.current.top + element.scrollHeight - before.current.height
        before.current = null
      } else if (sticks.current && !isPaused.value) element.scrollTop = element.scrollHeight
    }, [lines])

  return { box, list, drawn, onScroll, useLines }
}
