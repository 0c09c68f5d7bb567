import { memo } from 'preact/compat'
import { useState } from 'preact/hooks'
import { toLocalDay } from '../parts/days.ts'
import { toClock, toShortDay } from '../parts/format.ts'
import type { WireRow } from '../state/terminal.ts'
import { Meaning } from './meaning.tsx'
import { NameCommand } from './name-command.tsx'
import { groupHex, VisibleText } from './visible-text.tsx'
import { t } from '../text/text.ts'
import { currentTime } from '../state/clock.ts'

const arrows = { up: '◀', down: '▶', upstream: '◇', session: '•' } as const

/** The sender, if it is neither the tracker nor a command of ours. */
const chips: Partial<Record<WireRow['kind'], string>> = {
  upstream: t.terminal.otherServer,
  relayed: t.terminal.ofOtherServer,
}

const textOf = (row: WireRow): string =>
  row.kind === 'opened' ? t.terminal.connectedFrom(row.text ?? '') : t.terminal.disconnected(row.text ?? '')

/** One line of traffic; a click or Enter opens its meaning. Drawn once, because rows never change. */
export const WireLine = memo(function WireLine({ row }: { row: WireRow }) {
  const [isOpen, setOpen] = useState(false)
  const isToday = toLocalDay(row.receivedAt) === toLocalDay(currentTime())
  return (
    <li class={`line ${row.direction}`}>
      <button
        class="wire"
        aria-expanded={row.hex === null ? undefined : isOpen}
        onClick={() => {
          // A click that ends a selection is for copying, not for opening.
          if (row.hex !== null && getSelection()?.isCollapsed !== false) setOpen(!isOpen)
        }}
      >
        <time dateTime={new Date(row.receivedAt).toISOString()}>
          {isToday ? '' : `${toShortDay(row.receivedAt)} `}
          {toClock(row.receivedAt)}
        </time>
        <span class="arrow" role="img" aria-label={t.terminal.spoken[row.direction]}>
          {arrows[row.direction]}
        </span>
        <span class="raw">
          {chips[row.kind] !== undefined && <span class="chip">{chips[row.kind]}</span>}
          {row.direction === 'session' ? (
            textOf(row)
          ) : row.text === null ? (
            groupHex(row.hex ?? '')
          ) : (
            <VisibleText text={row.text} />
          )}
        </span>
      </button>
      {isOpen && row.direction === 'upstream' && row.text !== null && <NameCommand text={row.text} />}
      {isOpen && <Meaning row={row} />}
    </li>
  )
})
