import { useEffect, useMemo } from 'preact/hooks'
import { Trouble } from '../parts/trouble.tsx'
import { createCommands } from '../state/commands.ts'
import { linkTo } from '../state/route.ts'
import { CommandCard } from '../terminal/command-card.tsx'
import { t } from '../text/text.ts'

/** The command of one device of a campaign, as its terminal shows it. */
export function PartCommand({ deviceId, commandId }: { deviceId: string; commandId: string }) {
  const commands = useMemo(() => createCommands(deviceId), [deviceId])
  useEffect(() => commands.watchOne(commandId), [commands, commandId])
  const command = commands.all.value.find((one) => one.commandId === commandId)
  return (
    <>
      <Trouble text={commands.trouble.value} />
      {command !== undefined && (
        <ul>
          <CommandCard command={command} commands={commands} />
        </ul>
      )}
      <p class="hint">
        <a href={linkTo(deviceId, 'terminal')}>{t.campaigns.allTraffic(deviceId)}</a>
      </p>
    </>
  )
}
