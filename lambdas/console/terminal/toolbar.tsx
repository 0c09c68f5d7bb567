import type { Signal } from '@preact/signals'
import { useCopy } from '../parts/copy-button.tsx'
import type { WireRow } from '../state/terminal.ts'
import type { WireFilter } from './filter.ts'
import { t } from '../text/text.ts'

const directions = ['up', 'down', 'upstream', 'session'] as const

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
  const { notice, copy } = useCopy()
  const types = [...new Set(rows.value.flatMap(({ type }) => (type === null ? [] : [type])))].toSorted()
  const hasUpstream = rows.value.some(({ direction }) => direction === 'upstream')
  const { types: chosen, directions: shown, sought } = filter.value

  const download = (): void => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([`${plain()}\n`], { type: 'text/plain' }))
    link.download = `${deviceId}-terminal.txt`
    link.click()
    URL.revokeObjectURL(link.href)
  }

  return (
    <div class="bar" role="toolbar" aria-label={t.terminal.title}>
      <input
        type="search"
        data-search
        placeholder={t.terminal.searchKeys}
        aria-label={t.terminal.searchRows}
        value={sought}
        onInput={(event) => {
          filter.value = { ...filter.value, sought: event.currentTarget.value.toLowerCase() }
        }}
      />
      <span role="group" aria-label={t.terminal.directionsTitle} class="segments">
        {directions
          .filter((direction) => direction !== 'upstream' || hasUpstream)
          .map((direction) => (
            <button
              key={direction}
              aria-pressed={shown.has(direction)}
              onClick={() => {
                filter.value = { ...filter.value, directions: toggled(shown, direction) }
              }}
            >
              {t.terminal.directions[direction]}
            </button>
          ))}
      </span>
      <span role="group" aria-label={t.terminal.types} class="segments">
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
        {isPaused.value ? t.terminal.resume : t.terminal.pause}
      </button>
      <button onClick={() => copy(plain())}>{t.terminal.copy}</button>
      <button onClick={download}>{t.terminal.download}</button>
      <span class="hidden" role="status">
        {notice}
      </span>
    </div>
  )
}
