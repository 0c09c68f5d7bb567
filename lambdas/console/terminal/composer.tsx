import { useState } from 'preact/hooks'
import { namesOf, readTyped } from '../../shared/h02/catalogue/nearest.ts'
import { messageOf } from '../api/explain.ts'
import type { CatalogueEntryAnswer } from '../api/types.ts'
import { Trouble } from '../parts/trouble.tsx'
import type { Commands } from '../state/commands.ts'
import { namedCommands } from '../state/named-commands.ts'
import { AskTwice, type Car } from './ask-twice.tsx'
import { CommandLine } from './command-line.tsx'
import { IntentForm } from './intent-form.tsx'
import { SuggestionList } from './suggestion-list.tsx'
import { UnclearText, type Unclear } from './unclear-text.tsx'
import { useLine } from './use-line.ts'
import { useSending } from './use-sending.ts'
import { t } from '../text/text.ts'

/** The input for commands: typed as in an SMS, or an intent with a form. */
export function Composer({ car, commands }: { car: Car; commands: Commands }) {
  const { entry, unclear, line, sending, pick, reset, sendText, submit, type } = useComposer(
    car.deviceId,
    commands,
  )
  const { trouble, isBusy, question } = sending
  return (
    <div class="composer">
      <Trouble text={trouble} />
      {unclear !== null && (
        <UnclearText
          unclear={unclear}
          isBusy={isBusy}
          onPick={pick}
          onSend={() => void sendText(unclear.text)}
        />
      )}
      {entry !== null && (
        <IntentForm
          key={entry.intent}
          entry={entry}
          isBusy={isBusy}
          onSend={(params, dialect) => void sending.send({ intent: entry.intent, params, dialect })}
          onClose={reset}
        />
      )}
      {line.hasSuggestions && (
        <SuggestionList
          id={line.listId}
          groups={line.groups}
          named={line.named}
          chosen={line.chosen}
          onPick={pick}
          onPickNamed={line.pickNamed}
        />
      )}
      <CommandLine
        label={t.terminal.commandFor(car.deviceId)}
        line={line}
        hasSend={entry === null}
        isBusy={isBusy}
        onInput={type}
        onSubmit={submit}
      />
      {question !== null && (
        <AskTwice
          question={question}
          car={car}
          onYes={() => void sending.confirm()}
          onNo={sending.dismiss}
          onAgain={() => void sending.send(question.order)}
        />
      )}
    </div>
  )
}

function useComposer(deviceId: string, commands: Commands) {
  const [entry, setEntry] = useState<CatalogueEntryAnswer | null>(null)
  const [unclear, setUnclear] = useState<Unclear | null>(null)

  const reset = (): void => {
    line.clear()
    setEntry(null)
    setUnclear(null)
    sending.setTrouble(null)
    line.field.current?.focus()
  }
  const sending = useSending(commands, reset)

  /** The form takes the focus, and the line is cleared, so that Enter sends only the form. */
  const pick = (picked: CatalogueEntryAnswer): void => {
    line.clear()
    setUnclear(null)
    sending.setTrouble(null)
    setEntry(picked)
  }
  const line = useLine(
    { deviceId, catalogue: commands.catalogue.value, namedCommands: namedCommands.value },
    pick,
  )

  const sendText = (text: string): Promise<void> => {
    line.remember(text)
    setUnclear(null)
    return sending.send({ raw: text })
  }

  /** Sends typed text unchanged, unless it looks like the name of a command. */
  const submitText = async (text: string): Promise<void> => {
    sending.setTrouble(null)
    try {
      const { items } = commands.catalogue.value ?? (await commands.readCatalogue())
      const read = readTyped(text, items.map(namesOf))
      const named = (intent: string) => items.filter((one) => one.intent === intent)
      if (read.kind === 'raw') return await sendText(text)
      if (read.kind === 'unclear') setUnclear({ text, nearest: read.nearest.flatMap(named) })
      else named(read.intent).forEach(pick)
    } catch (error) {
      sending.setTrouble(messageOf(error))
    }
  }

  const submit = (event: Event): void => {
    event.preventDefault()
    if (line.hasChosen) line.pickChosen()
    else if (line.typed.trim() !== '' && !sending.isBusy) void submitText(line.typed)
  }

  /** The line and the form are never both filled in, because there is one Send button. */
  const type = (text: string): void => {
    setEntry(null)
    setUnclear(null)
    line.type(text)
  }

  return { entry, unclear, line, sending, pick, reset, sendText, submit, type }
}
