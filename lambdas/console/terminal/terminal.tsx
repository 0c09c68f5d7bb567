import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { createTerminal, type WireRow } from '../state/terminal.ts'
import { watchLive, type LiveState } from '../state/live.ts'
import { createCommands } from '../state/commands.ts'
import { CommandCard } from './command-card.tsx'
import { Composer } from './composer.tsx'
import { everything, isShown, toPlainLine } from './filter.ts'
import { interleave } from './interleave.ts'
import { Toolbar } from './toolbar.tsx'
import { WireLine } from './wire-line.tsx'

/** Lines in the page at most: enough to scroll through, few enough to stay quick. Older ones are one scroll away. */
const MAX_DRAWN = 400
const NEAR_EDGE = 60

const banners: Readonly<Record<LiveState['kind'], string | null>> = {
  live: null,
  connecting: 'Connecting to the live view…',
  polling: 'Not live: rows come a few seconds late.',
}

/** Both directions of a device's wire, newest at the bottom, and the commands sent among them. */
export function TerminalView({ deviceId, name }: { deviceId: string; name: string | null }) {
  const terminal = useMemo(() => createTerminal(deviceId), [deviceId])
  const commands = useMemo(() => createCommands(deviceId), [deviceId])
  const live = useSignal<LiveState>({ kind: 'connecting', why: null })
  const filter = useSignal(everything)
  const isPaused = useSignal(false)
  /** While paused, what was there when it began stays. */
  const held = useSignal<readonly WireRow[] | null>(null)
  const drawn = useSignal(MAX_DRAWN)
  const box = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLOListElement>(null)
  const sticks = useRef(true)
  const lastTop = useRef(0)
  const before = useRef<{ height: number; top: number } | null>(null)

  useEffect(() => {
    void terminal.loadOlder()
    const watch = watchLive(terminal)
    const follow = watch.state.subscribe((state) => {
      live.value = state
    })
    const stopCommands = commands.watch()
    return () => {
      follow()
      watch.stop()
      stopCommands()
      terminal.stop()
    }
  }, [terminal])

  useSignalEffect(() => {
    held.value = isPaused.value ? terminal.rows.peek() : null
  })

  const shown = useComputed(() => {
    const rows = held.value ?? terminal.rows.value
    return rows.filter((row) => isShown(row, filter.value))
  })
  const lines = useComputed(() =>
    interleave(shown.value, commands.all.value, filter.value).slice(-drawn.value),
  )
  const all = lines.value

  // The newest line stays in sight unless someone has scrolled away; older ones push nothing out of sight.
  useLayoutEffect(() => {
    const element = box.current!
    if (before.current !== null) {
      element.scrollTop = before.current.top + element.scrollHeight - before.current.height
      before.current = null
    } else if (sticks.current && !isPaused.value) element.scrollTop = element.scrollHeight
  }, [all])

  // Whatever grows, an opened row or a reply: who looks at the newest line goes on looking at it.
  useEffect(() => {
    const element = box.current!
    const observer = new ResizeObserver(() => {
      if (sticks.current && !isPaused.peek()) element.scrollTop = element.scrollHeight
    })
    observer.observe(list.current!)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const onScroll = (): void => {
    const element = box.current!
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_EDGE
    // Only a move upwards is someone's; the end also moves away when rows come.
    if (isAtEnd) sticks.current = true
    else if (element.scrollTop < lastTop.current - 1) sticks.current = false
    lastTop.current = element.scrollTop
    if (sticks.current && drawn.value > MAX_DRAWN) drawn.value = MAX_DRAWN
    if (element.scrollTop > NEAR_EDGE) return
    const keepScroll = (): void => {
      before.current = { height: element.scrollHeight, top: element.scrollTop }
    }
    if (drawn.value < shown.value.length) {
      keepScroll()
      drawn.value += MAX_DRAWN
    } else if (!terminal.isComplete.value && !terminal.isLoading.value && held.value === null) {
      void terminal.loadOlder().then(() => {
        keepScroll()
        drawn.value += MAX_DRAWN
      })
    }
  }

  const plain = (): string => shown.value.map(toPlainLine).join('\n')
  const trouble = terminal.trouble.value ?? commands.trouble.value
  const banner = banners[live.value.kind]

  return (
    <section class="terminal" aria-label="Terminal">
      <Toolbar rows={terminal.rows} filter={filter} isPaused={isPaused} plain={plain} deviceId={deviceId} />
      {banner !== null && (
        <p class="banner" role="status">
          {banner} {live.value.why !== null && <small>{live.value.why}</small>}
        </p>
      )}
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <div
        class="lines"
        ref={box}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Frames and commands"
      >
        <p class="hint edge">
          {terminal.isLoading.value
            ? 'Loading…'
            : terminal.isComplete.value
              ? 'The beginning of the history.'
              : 'Scroll up for older rows.'}
        </p>
        <ol ref={list}>
          {all.map((line) =>
            line.kind === 'wire' ? (
              <WireLine key={line.row.id} row={line.row} />
            ) : (
              <CommandCard key={line.command.commandId} command={line.command} commands={commands} />
            ),
          )}
        </ol>
      </div>
      <Composer car={{ deviceId, name }} commands={commands} />
    </section>
  )
}
