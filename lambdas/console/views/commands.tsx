import { useEffect, useMemo } from 'preact/hooks'
import { Trouble } from '../parts/trouble.tsx'
import { createCommands } from '../state/commands.ts'
import { readNamedCommands } from '../state/named-commands.ts'
import { linkTo } from '../state/route.ts'
import { CommandCard } from '../terminal/command-card.tsx'
import { Composer } from '../terminal/composer.tsx'
import { t } from '../text/text.ts'

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
    <section class="terminal" aria-label={t.device.commands}>
      <div class="bar">
        <p class="hint">{t.device.commandsHint(<a href={linkTo(deviceId, 'probe')}>{t.device.probe}</a>)}</p>
      </div>
      <Trouble text={commands.trouble.value} />
      <div class="lines" tabIndex={0} role="group" aria-label={t.device.commandsSent}>
        {all.length === 0 && <p class="empty">{t.device.noCommand}</p>}
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
