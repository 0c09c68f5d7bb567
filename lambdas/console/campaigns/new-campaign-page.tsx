import { useMemo, useState } from 'preact/hooks'
import { answerOf, readAll, Refusal } from '../api/client.ts'
import { explain, messageOf, problemOf } from '../api/explain.ts'
import type { DeviceAnswer, NewCampaign } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { readParams } from '../parts/param-fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { CommandFields, type Chosen } from './command-fields.tsx'
import { LimitsFields, StopFields } from './limits-fields.tsx'
import { readLimits, standardLimits } from './limits.ts'
import { SelectionFields } from './selection-fields.tsx'
import { emptySelection, matching, readSelection, type Select, type SelectionText } from './selection.ts'
import { toCount } from './words.ts'

/** What the fields of the request are called on this page. */
const titles = {
  '/intent': 'Command',
  '/params': 'Command',
  '/select': 'Devices',
  '/select/ids': 'Device ids',
  '/select/labels': 'Labels',
  '/canary': 'Canary',
  '/perMinute': 'Devices a minute',
  '/stopWhen': 'Stop when',
  '/expiresInSeconds': 'Waiting time',
  '/name': 'Name',
}

const readDevices = () =>
  readAll<DeviceAnswer>((cursor) =>
    answerOf(api.GET('/v1/devices', { params: { query: { limit: 500, cursor } } })),
  )

type Selected =
  | { readonly select: Select; readonly devices: readonly DeviceAnswer[]; readonly fault: null }
  | { readonly select: null; readonly devices: readonly []; readonly fault: string | null }

function selectFrom(all: readonly DeviceAnswer[], text: SelectionText): Selected {
  try {
    const select = readSelection(text)
    if (select !== null) return { select, devices: matching(all, select), fault: null }
    return { select, devices: [], fault: null }
  } catch (error) {
    return { select: null, devices: [], fault: messageOf(error) }
  }
}

function countText(all: readonly DeviceAnswer[] | null, { select, devices }: Selected): string {
  if (all === null) return 'Counting devices…'
  if (select === null) return `Fill in at least one field. There are ${toCount(all.length)}.`
  const online = devices.filter((device) => device.online).length
  const away = devices.length - online
  return `It goes to ${toCount(devices.length)}${away > 0 && devices.length > 0 ? `, ${away} of them offline now` : ''}.`
}

/** Creates the campaign and opens its page; asks when the API wants a confirmation. */
function useCreation(order: NewCampaign | null) {
  const [why, setWhy] = useState<string | null>(null)
  const action = useAction(titles)
  const create = (confirm: boolean) =>
    action.run(async () => {
      if (order === null) return
      setWhy(null)
      try {
        const made = await answerOf(api.POST('/v1/campaigns', { body: { ...order, confirm } }))
        location.hash = `#/campaigns/${made.campaignId}`
      } catch (error) {
        if (problemOf(error) !== 'confirm-required') throw error
        const reason = error instanceof Refusal ? error.problem.why : null
        setWhy(typeof reason === 'string' ? explain(new Error(reason)).join(' ') : messageOf(error))
      }
    })
  return { ...action, create, why, dismiss: () => setWhy(null) }
}

export function NewCampaignPage() {
  const { data: all, trouble } = useAnswer(readDevices)
  const [selectionText, setSelectionText] = useState(emptySelection)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [limits, setLimits] = useState(standardLimits)
  const selected = useMemo(() => selectFrom(all ?? [], selectionText), [all, selectionText])
  const { select, devices, fault } = selected
  const first = devices[0]?.deviceId ?? null
  const order =
    select === null || chosen === null
      ? null
      : {
          ...readLimits(limits),
          select,
          intent: chosen.entry.intent,
          params: readParams(chosen.entry.params, chosen.values),
        }
  const { isBusy, trouble: refusal, create, why, dismiss } = useCreation(order)
  const isReady = order !== null && devices.length > 0 && !isBusy
  return (
    <main class="plain">
      <p>
        <a href="#/campaigns">All campaigns</a>
      </p>
      <h1>New campaign</h1>
      <Trouble text={trouble} />
      {all?.length === 0 && (
        <p class="empty">
          There is no device yet. Point a tracker at this gateway and accept it in the <a href="#/">fleet</a>{' '}
          under Unknown, then come back.
        </p>
      )}
      <form
        class="sections"
        onSubmit={(event) => {
          event.preventDefault()
          void create(false)
        }}
      >
        <section class="card" aria-label="Which devices">
          <h2>1. Which devices</h2>
          <SelectionFields devices={all ?? []} text={selectionText} onInput={setSelectionText} />
          <Trouble text={fault} />
          <p role="status">{countText(all, selected)}</p>
        </section>
        <section class="card" aria-label="Which command">
          <h2>2. Which command</h2>
          {first === null ? (
            <p class="hint">Select devices first: their model decides which commands there are.</p>
          ) : (
            <CommandFields deviceId={first} chosen={chosen} onChange={setChosen} />
          )}
        </section>
        <section class="card" aria-label="How carefully">
          <h2>3. How carefully</h2>
          <LimitsFields text={limits} onInput={setLimits} devices={devices.length} />
          <StopFields text={limits} onInput={setLimits} />
        </section>
        <Trouble text={refusal} />
        <div class="bar">
          <button class="primary" type="submit" disabled={!isReady}>
            {isBusy ? 'Starting…' : `Start for ${toCount(devices.length)}`}
          </button>
        </div>
      </form>
      {why !== null && (
        <Ask
          title={`Send it to ${toCount(devices.length)}?`}
          yes="Yes, start it"
          isBusy={isBusy}
          onYes={() => void create(true)}
          onNo={dismiss}
        >
          <p class="situation">{why}</p>
        </Ask>
      )}
    </main>
  )
}
