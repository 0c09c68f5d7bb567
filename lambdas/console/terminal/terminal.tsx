import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { createTerminal, type WireRow } from '../state/terminal.ts'
import { watchLive, type LiveState } from '../state/live.ts'
import { readNamedCommands } from '../state/named-commands.ts'
import { createCommands } from '../state/commands.ts'
import { CommandCard } from './command-card.tsx'
import { Composer } from './composer.tsx'
import { everything, isShown, toPlainLine } from './filter.ts'
import { interleave } from './interleave.ts'
import { Toolbar } from './toolbar.tsx'
import { useScroll } from './use-scroll.ts'
import { WireLine } from './wire-line.tsx'

const banners: Readonly<Record<LiveState['kind'], string | null>> = {
  live: null,
  connecting: 'Connecting to the live view…',
  polling: 'Not live: rows come a few seconds late.',
}

/** Both directions of a device's traffic, newest at the bottom, with the sent commands in between. */
export function TerminalView({ deviceId, name }: { deviceId: string; name: string | null }) {
  const terminal = useMemo(() => createTerminal(deviceId), [deviceId])
  const commands = useMemo(() => createCommands(deviceId), [deviceId])
  const live = useSignal<LiveState>({ kind: 'connecting', why: null })
  const filter = useSignal(everything)
  const isPaused = useSignal(false)
  /** While paused, the rows from the beginning of the pause. */
  const held = useSignal<readonly WireRow[] | null>(null)
  useEffect(() => {
    void terminal.loadOlder()
    readNamedCommands().catch(() => {})
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
  const canLoad = (): boolean =>
    !terminal.isComplete.value && !terminal.isLoading.value && held.value === null
  const { box, list, drawn, onScroll, useLines } = useScroll({
    isPaused,
    count: useComputed(() => shown.value.length),
    loadOlder: () => (canLoad() ? terminal.loadOlder() : null),
  })
  const lines = useComputed(() =>
    interleave(shown.value, commands.all.value, filter.value).slice(-drawn.value),
  ).value
  useLines(lines)

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
          {lines.map((line) =>
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
