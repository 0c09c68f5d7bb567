import { useEffect, useMemo } from 'preact/hooks'
import { createCommands } from '../state/commands.ts'
import { readNamedCommands } from '../state/named-commands.ts'
import { linkTo } from '../state/route.ts'
import { CommandCard } from '../terminal/command-card.tsx'
import { Composer } from '../terminal/composer.tsx'

/** The newest commands of a device with their verdicts, newest first, and a line to send another. */
export function CommandsPage({ deviceId, name }: { deviceId: string; name: string | null }) {
  const commands = useMemo(() => createCommands(deviceId), [deviceId])
  useEffect(() => {
    // Named commands are an addition: without them the catalogue is suggested.
    readNamedCommands().catch(() => {})
    return commands.watch()
  }, [commands])
  const all = commands.all.value.toReversed()
  return (
    <section class="terminal" aria-label="Commands">
      <div class="bar">
        <p class="hint">
          The newest commands, with what the tracker answered and did.{' '}
          <a href={linkTo(deviceId, 'probe')}>Probe</a>: ask every harmless question.
        </p>
      </div>
      {commands.trouble.value !== null && (
        <p class="trouble" role="alert">
          {commands.trouble.value}
        </p>
      )}
      <div class="lines" tabIndex={0} role="group" aria-label="Commands sent">
        {all.length === 0 && (
          <p class="empty">
            No command yet. Type one below as you would in an SMS, or choose one from the list.
          </p>
        )}
        <ol>
          {all.map((command) => (
            <CommandCard key={command.commandId} command={command} commands={commands} />
          ))}
        </ol>
      </div>
      <Composer car={{ deviceId, name }} commands={commands} />
    </section>
  )
}
