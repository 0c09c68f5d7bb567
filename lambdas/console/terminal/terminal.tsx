import { useComputed, useSignal, useSignalEffect, type Signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { Trouble } from '../parts/trouble.tsx'
import { createTerminal, type Terminal, type WireRow } from '../state/terminal.ts'
import { watchLive, type LiveState } from '../state/live.ts'
import { readNamedCommands } from '../state/named-commands.ts'
import { createCommands, type Commands } from '../state/commands.ts'
import { CommandCard } from './command-card.tsx'
import { Composer } from './composer.tsx'
import { everything, isShown, toPlainLine } from './filter.ts'
import { interleave } from './interleave.ts'
import { Toolbar } from './toolbar.tsx'
import { useScroll } from './use-scroll.ts'
import { WireLine } from './wire-line.tsx'
import { t } from '../text/text.ts'

const banners: Readonly<Record<LiveState['kind'], string | null>> = {
  live: null,
  connecting: t.terminal.connecting,
  polling: t.terminal.polling,
}

/** Reads and follows the traffic of a device and its commands. Returns how live that is. */
function useTraffic(terminal: Terminal, commands: Commands): Signal<LiveState> {
  const live = useSignal<LiveState>({ kind: 'connecting', why: null })
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
  return live
}

/** Both directions of a device's traffic, newest at the bottom, with the sent commands in between. */
export function TerminalView({ deviceId, name }: { deviceId: string; name: string | null }) {
  const terminal = useMemo(() => createTerminal(deviceId), [deviceId])
  const commands = useMemo(() => createCommands(deviceId), [deviceId])
  const filter = useSignal(everything)
  const isPaused = useSignal(false)
  /** While paused, the rows from the beginning of the pause. */
  const held = useSignal<readonly WireRow[] | null>(null)
  const live = useTraffic(terminal, commands)
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
    <section class="terminal" aria-label={t.terminal.title}>
      <Toolbar rows={terminal.rows} filter={filter} isPaused={isPaused} plain={plain} deviceId={deviceId} />
      {banner !== null && (
        <p class="banner" role="status">
          {banner} {live.value.why !== null && <small>{live.value.why}</small>}
        </p>
      )}
      <Trouble text={trouble} />
      <div
        class="lines"
        ref={box}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={t.terminal.framesAndCommands}
      >
        <p class="hint edge">
          {terminal.isLoading.value
            ? t.terminal.loading
            : terminal.isComplete.value
              ? t.terminal.beginning
              : t.terminal.scrollUp}
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
