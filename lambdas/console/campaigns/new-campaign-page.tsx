import { useMemo, useState } from 'preact/hooks'
import { answerOf, readAll, Refusal } from '../api/client.ts'
import { asSentence, messageOf, problemOf } from '../api/explain.ts'
import type { DeviceAnswer, NewCampaign } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { confirmText } from '../parts/command-words.ts'
import { readParams } from '../parts/param-fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { CommandFields, type Chosen } from './command-fields.tsx'
import { LimitsFields, StopFields } from './limits-fields.tsx'
import { readLimits, standardLimits, type LimitsText } from './limits.ts'
import { SelectionFields } from './selection-fields.tsx'
import { emptySelection, matching, readSelection, type Select, type SelectionText } from './selection.ts'
import { t } from '../text/text.ts'

/** The names of the request's fields on this page. */
const titles = {
  '/intent': t.campaigns.command,
  '/params': t.campaigns.command,
  '/select': t.campaigns.devicesTitle,
  '/select/ids': t.campaigns.deviceIds,
  '/select/labels': t.campaigns.labels,
  '/canary': t.campaigns.canaryTitle,
  '/perMinute': t.campaigns.perMinuteTitle,
  '/stopWhen': t.campaigns.stopTitle,
  '/expiresInSeconds': t.campaigns.waitingTime,
  '/name': t.campaigns.name,
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
  if (all === null) return t.campaigns.counting
  if (select === null) return t.campaigns.fillIn(all.length)
  const online = devices.filter((device) => device.online).length
  const away = devices.length - online
  return away > 0 ? t.campaigns.goesToSome(devices.length, away) : t.campaigns.goesTo(devices.length)
}

/** Null while something is missing. */
function toOrder(select: Select | null, chosen: Chosen | null, limits: LimitsText): NewCampaign | null {
  if (select === null || chosen === null) return null
  const { entry, values } = chosen
  return {
    ...readLimits(limits),
    select,
    intent: entry.intent,
    params: readParams(entry.params, values),
  }
}

/** Creates the campaign and opens its page; asks the user if the API requires a confirmation. */
function useCreation(order: NewCampaign | null, title: string) {
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
        if (!(error instanceof Refusal) || problemOf(error) !== 'confirm-required') throw error
        setWhy(asSentence(confirmText(error.problem, title) ?? error.message))
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
  const order = toOrder(select, chosen, limits)
  const { isBusy, trouble: refusal, create, why, dismiss } = useCreation(order, chosen?.entry.title ?? '')
  const isReady = order !== null && devices.length > 0 && !isBusy
  return (
    <main class="plain">
      <p>
        <a href="#/campaigns">{t.campaigns.all}</a>
      </p>
      <h1>{t.campaigns.new}</h1>
      <Trouble text={trouble} />
      {all?.length === 0 && <p class="empty">{t.campaigns.noDevice(<a href="#/">{t.campaigns.fleet}</a>)}</p>}
      <form
        class="sections"
        onSubmit={(event) => {
          event.preventDefault()
          void create(false)
        }}
      >
        <section class="card" aria-label={t.campaigns.whichDevices}>
          <h2>{t.campaigns.whichDevices1}</h2>
          <SelectionFields devices={all ?? []} text={selectionText} onInput={setSelectionText} />
          <Trouble text={fault} />
          <p role="status">{countText(all, selected)}</p>
        </section>
        <section class="card" aria-label={t.campaigns.whichCommand}>
          <h2>{t.campaigns.whichCommand2}</h2>
          {first === null ? (
            <p class="hint">{t.campaigns.selectFirst}</p>
          ) : (
            <CommandFields deviceId={first} chosen={chosen} onChange={setChosen} />
          )}
        </section>
        <section class="card" aria-label={t.campaigns.howCarefully}>
          <h2>{t.campaigns.howCarefully3}</h2>
          <LimitsFields text={limits} onInput={setLimits} devices={devices.length} />
          <StopFields text={limits} onInput={setLimits} />
        </section>
        <Trouble text={refusal} />
        <div class="bar">
          <button class="primary" type="submit" disabled={!isReady}>
            {isBusy ? t.campaigns.starting : t.campaigns.startFor(devices.length)}
          </button>
        </div>
      </form>
      {why !== null && (
        <Ask
          title={t.campaigns.askSend(devices.length)}
          yes={t.campaigns.yesStart}
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
