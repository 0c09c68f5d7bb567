import type { Signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import type { WireRow } from '../state/terminal.ts'
import type { WireFilter } from './filter.ts'

const directions = [
  ['up', '◀ from tracker'],
  ['down', '▶ to tracker'],
  ['upstream', '◇ other server'],
  ['session', '• session'],
] as const

const toggled = <Item,>(set: ReadonlySet<Item>, item: Item): Set<Item> => {
  const next = new Set(set)
  if (!next.delete(item)) next.add(item)
  return next
}

/** Filter, pause, copy, download. */
export function Toolbar({
  rows,
  filter,
  isPaused,
  plain,
  deviceId,
}: {
  rows: Signal<readonly WireRow[]>
  filter: Signal<WireFilter>
  isPaused: Signal<boolean>
  plain: () => string
  deviceId: string
}) {
  const [notice, setNotice] = useState('')
  const types = [...new Set(rows.value.flatMap(({ type }) => (type === null ? [] : [type])))].toSorted()
  const hasUpstream = rows.value.some(({ direction }) => direction === 'upstream')
  const { types: chosen, directions: shown, sought } = filter.value

  const copy = (): void => {
    navigator.clipboard.writeText(plain()).then(
      () => setNotice('Copied.'),
      () => setNotice('The browser did not allow copying.'),
    )
  }
  const download = (): void => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([`${plain()}\n`], { type: 'text/plain' }))
    link.download = `${deviceId}-terminal.txt`
    link.click()
    URL.revokeObjectURL(link.href)
  }

  return (
    <div class="bar" role="toolbar" aria-label="Terminal">
      <input
        type="search"
        data-search
        placeholder="Search  ( / )"
        aria-label="Search in the rows"
        value={sought}
        onInput={(event) => {
          filter.value = { ...filter.value, sought: event.currentTarget.value.toLowerCase() }
        }}
      />
      <span role="group" aria-label="Directions" class="segments">
        {directions
          .filter(([direction]) => direction !== 'upstream' || hasUpstream)
          .map(([direction, title]) => (
            <button
              key={direction}
              aria-pressed={shown.has(direction)}
              onClick={() => {
                filter.value = { ...filter.value, directions: toggled(shown, direction) }
              }}
            >
              {title}
            </button>
          ))}
      </span>
      <span role="group" aria-label="Types" class="segments">
        {types.map((type) => (
          <button
            key={type}
            aria-pressed={chosen.has(type)}
            onClick={() => {
              filter.value = { ...filter.value, types: toggled(chosen, type) }
            }}
          >
            {type}
          </button>
        ))}
      </span>
      <span class="spring" />
      <button
        aria-pressed={isPaused.value}
        onClick={() => {
          isPaused.value = !isPaused.value
        }}
      >
        {isPaused.value ? 'Resume' : 'Pause'}
      </button>
      <button onClick={copy}>Copy</button>
      <button onClick={download}>Download</button>
      <span class="hidden" role="status">
        {notice}
      </span>
    </div>
  )
}
