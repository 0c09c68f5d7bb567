import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'

/** Rows drawn outside of the visible part, so that fast scrolling shows no gaps. */
const SPARE = 8

/** A list of equally high rows, of which only the visible ones are drawn: 10,000 rows cost as much as twenty. */
export function VirtualList<Item>({
  items,
  rowHeight,
  keyOf,
  label,
  render,
}: {
  items: readonly Item[]
  rowHeight: number
  keyOf: (item: Item) => string
  label: string
  render: (item: Item) => ComponentChildren
}) {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 800 })

  useLayoutEffect(() => {
    const element = box.current!
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])

  const first = Math.max(0, Math.floor(view.top / rowHeight) - SPARE)
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + SPARE)

  /** Arrow keys move the focus from row to row, also to rows that are not drawn yet. */
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    if (step === undefined) return
    const at = Number((event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset.row ?? -1)
    const next = Math.min(items.length - 1, Math.max(0, at + step))
    event.preventDefault()
    const element = box.current!
    const [top, bottom] = [next * rowHeight, (next + 1) * rowHeight]
    if (top < element.scrollTop) element.scrollTop = top
    if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight
    requestAnimationFrame(() =>
      element.querySelector<HTMLElement>(`[data-row="${next}"] a, [data-row="${next}"] button`)?.focus(),
    )
  }

  return (
    <div class="virtual" ref={box} onKeyDown={onKeyDown}>
      <ul aria-label={label} style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, i) => (
          <li
            key={keyOf(item)}
            data-row={first + i}
            aria-setsize={items.length}
            aria-posinset={first + i + 1}
            style={{ top: `${(first + i) * rowHeight}px`, height: `${rowHeight}px` }}
          >
            {render(item)}
          </li>
        ))}
      </ul>
    </div>
  )
}
