import { useState } from 'preact/hooks'
import { answerOf, readAll } from '../api/client.ts'
import type { CampaignAnswer, CampaignPart } from '../api/types.ts'
import { reasonText } from '../parts/command-words.ts'
import { toDayAndClock } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { linkTo } from '../state/route.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { PartCommand } from './part-command.tsx'
import { sliceNames, type Outcome } from './progress.ts'
import { t } from '../text/text.ts'

const PAGE_SIZE = 100
const REFRESH_MS = 5_000

type Filter = {
  readonly state?: 'waiting' | 'open'
  readonly outcome?: Outcome
  readonly firmware?: string
}

const toTime = (iso: string | null): string => (iso === null ? '' : toDayAndClock(Date.parse(iso)))

function Row({ part, isOpen, onToggle }: { part: CampaignPart; isOpen: boolean; onToggle: () => void }) {
  const { deviceId, firmware, state, outcome, reason, commandId, sentAt, endedAt } = part
  return (
    <>
      <tr>
        <th scope="row">
          <a href={linkTo(deviceId, 'terminal')}>{deviceId}</a>
        </th>
        <td>
          <span class={`chip ${outcome ?? ''}`}>
            {t.words.verdicts[outcome ?? (state === 'ended' ? 'concluded' : state)]}
          </span>
          {reason !== null && <small> {reasonText(reason)}</small>}
        </td>
        <td>
          <bdi>{firmware}</bdi>
        </td>
        <td>{toTime(sentAt)}</td>
        <td>{toTime(endedAt)}</td>
        <td>
          {commandId !== null && (
            <button class="quiet" aria-expanded={isOpen} onClick={onToggle}>
              {t.campaigns.commandOf(<span class="hidden">{t.campaigns.ofDevice(deviceId)}</span>)}
            </button>
          )}
        </td>
      </tr>
      {isOpen && commandId !== null && (
        <tr>
          <td colSpan={6}>
            <PartCommand deviceId={deviceId} commandId={commandId} />
          </td>
        </tr>
      )}
    </>
  )
}

function Filters({
  firmwares,
  filter,
  onChange,
}: {
  firmwares: readonly string[]
  filter: Filter
  onChange: (filter: Filter) => void
}) {
  const { firmware, state, outcome } = filter
  const pickState = (name: string): void => {
    const kept = firmware === undefined ? {} : { firmware }
    if (name === '') onChange(kept)
    else if (name === 'waiting' || name === 'open') onChange({ ...kept, state: name })
    else onChange({ ...kept, outcome: name as Outcome })
  }
  const pickFirmware = (name: string): void => {
    const { firmware: _, ...kept } = filter
    onChange(name === '' ? kept : { ...kept, firmware: name })
  }
  return (
    <div class="bar">
      <select
        aria-label={t.campaigns.endedAs}
        value={outcome ?? state ?? ''}
        onChange={(event) => pickState(event.currentTarget.value)}
      >
        <option value="">{t.campaigns.allDevices}</option>
        {sliceNames.map((name) => (
          <option key={name} value={name}>
            {t.words.verdicts[name]}
          </option>
        ))}
      </select>
      <select
        aria-label={t.campaigns.firmware}
        value={firmware ?? ''}
        onChange={(event) => pickFirmware(event.currentTarget.value)}
      >
        <option value="">{t.campaigns.anyFirmware}</option>
        {firmwares.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

/** The devices of a campaign in the order of sending, and how each ended. */
export function PartsTable({ campaign }: { campaign: CampaignAnswer }) {
  const { campaignId, firmwares, endedAt, progress } = campaign
  const [filter, setFilter] = useState<Filter>({})
  const [maxItems, setMaxItems] = useState(PAGE_SIZE)
  const [open, setOpen] = useState<string | null>(null)
  const read = () =>
    readAll<CampaignPart>(
      (cursor) =>
        answerOf(
          api.GET('/v1/campaigns/{campaignId}/parts', {
            params: { path: { campaignId }, query: { ...filter, limit: PAGE_SIZE, cursor } },
          }),
        ),
      { maxItems },
    )
  const isOver = endedAt !== null && progress.open === 0
  const { data, trouble } = useAnswer(read, {
    key: JSON.stringify([filter, maxItems]),
    everyMs: isOver ? null : REFRESH_MS,
  })
  return (
    <section aria-label={t.campaigns.devicesTitle}>
      <h2>{t.campaigns.devicesTitle}</h2>
      <Filters firmwares={firmwares.map(({ firmware }) => firmware)} filter={filter} onChange={setFilter} />
      <Trouble text={trouble} />
      {data?.length === 0 && <p class="empty">{t.campaigns.noneEndedSo}</p>}
      {data !== null && data.length > 0 && (
        <Table
          label={t.campaigns.inOrder}
          columns={[
            t.campaigns.device,
            t.campaigns.state,
            t.campaigns.firmware,
            t.campaigns.sent,
            t.campaigns.ended,
            { title: t.campaigns.command, look: 'hidden' },
          ]}
        >
          {data.map((part) => (
            <Row
              key={part.deviceId}
              part={part}
              isOpen={open === part.deviceId}
              onToggle={() => setOpen(open === part.deviceId ? null : part.deviceId)}
            />
          ))}
        </Table>
      )}
      {data !== null && data.length >= maxItems && (
        <button onClick={() => setMaxItems(maxItems + PAGE_SIZE)}>{t.campaigns.more}</button>
      )}
    </section>
  )
}
