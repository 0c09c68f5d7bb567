import { useState } from 'preact/hooks'
import type { CommandAnswer } from '../api/types.ts'
import { toClock } from '../parts/format.ts'
import { verdictMeanings } from '../parts/verdict-meanings.ts'
import type { Commands } from '../state/commands.ts'
import { nameOf } from './interleave.ts'
import { VisibleText } from './visible-text.tsx'

const steps = ['queued', 'sent', 'replied', 'effect'] as const
type Step = (typeof steps)[number]

function reached(command: CommandAnswer): ReadonlySet<Step> {
  const done = new Set<Step>(['queued'])
  for (const { written, reply, effect } of command.attempts) {
    if (written === 'yes' || written === 'uncertain') done.add('sent')
    if (reply !== null) done.add('replied')
    if (effect !== null) done.add('effect')
  }
  return done
}

type Conclusion = NonNullable<CommandAnswer['conclusion']>
const qualities = ({ likely, already, late, ambiguous, corrected }: Conclusion): string =>
  [
    likely && 'likely',
    already && 'it was so already',
    late && 'late',
    ambiguous && 'the answer may be to an earlier command',
    corrected && 'corrected',
  ]
    .filter(Boolean)
    .join(', ')

const waits: Readonly<Record<NonNullable<CommandAnswer['waitingFor']>['what'], string>> = {
  device: 'the device to be online',
  turn: 'its turn',
  write: 'the gateway to write it',
  reply: 'its reply',
  frame: 'the tracker to send something (it may be asleep)',
  effect: 'its effect',
}

/** A command among the rows: what was sent, its progress, the reply, the verdict. */
export function CommandCard({ command, commands }: { command: CommandAnswer; commands: Commands }) {
  const [isOpen, setOpen] = useState(false)
  const { conclusion, reply, state, danger, waitingFor } = command
  const done = reached(command)
  const entry = commands.catalogue.value?.items.find(({ intent }) => intent === command.intent)
  const shown = steps.filter((step) => step !== 'effect' || entry?.expectsEffect === true)
  return (
    <li class={`command ${danger}`} data-command={command.commandId}>
      <div class="command-head">
        <time>{toClock(Date.parse(command.createdAt))}</time>
        <span class="arrow" role="img" aria-label="command">
          ❯
        </span>
        <strong>
          <VisibleText text={nameOf(command)} />
        </strong>
        {command.title !== null && command.raw !== null && <small>{command.title}</small>}
        <span class="spring" />
        {conclusion === null ? (
          <span class="chip state">{state}</span>
        ) : (
          <span class={`chip verdict ${conclusion.verdict}`} title={verdictMeanings[conclusion.verdict]}>
            {conclusion.verdict}
          </span>
        )}
        {waitingFor !== null && (
          <button
            onClick={() => void commands.cancel(command.commandId)}
            aria-label={`Cancel ${nameOf(command)}`}
          >
            Cancel
          </button>
        )}
        <button class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Less' : 'Timeline'}
        </button>
      </div>
      <ol class="steps" aria-label="How far it is">
        {shown.map((step) => (
          <li
            key={step}
            class={done.has(step) ? 'done' : ''}
            aria-current={done.has(step) ? 'true' : undefined}
          >
            {step}
          </li>
        ))}
      </ol>
      {reply !== null && (
        <pre class="reply" aria-label="Reply">
          {reply.text}
        </pre>
      )}
      {waitingFor !== null && (
        <p class="hint waiting-line">
          Waits for {waits[waitingFor.what]}, at most until {toClock(Date.parse(waitingFor.until))}
        </p>
      )}
      {conclusion !== null && (
        <p class="hint verdict-line" role="status">
          {verdictMeanings[conclusion.verdict]}
          {conclusion.reason !== null && `: ${conclusion.reason}`}
          {qualities(conclusion) !== '' && ` (${qualities(conclusion)})`}
        </p>
      )}
      {isOpen && (
        <ol class="timeline">
          {command.timeline.map((item) => (
            <li key={item.id}>
              <time>{toClock(Date.parse(item.at))}</time> {item.text}
              {item.bytes !== null && (
                <code>
                  <VisibleText text={item.bytes.text} />
                </code>
              )}
            </li>
          ))}
        </ol>
      )}
    </li>
  )
}
