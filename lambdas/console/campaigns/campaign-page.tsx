import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { CampaignAnswer } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { FactList, type Fact } from '../parts/fact-list.tsx'
import { toDayAndClock, toSpan } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { PartsTable } from './parts-table.tsx'
import { Legend, ProgressBar } from './progress-bar.tsx'
import { concludedOf, countOf, slicesOf } from './progress.ts'
import { canaryText, commandText, nameOf, reasonText, selectText, stopText } from './words.ts'
import { t } from '../text/text.ts'

const REFRESH_MS = 2_000

/** Pause, resume and cancel. */
function Actions({
  campaign,
  onChanged,
}: {
  campaign: CampaignAnswer
  onChanged: (campaign: CampaignAnswer) => void
}) {
  const { campaignId, state, progress } = campaign
  const [isAsking, setAsking] = useState(false)
  const { isBusy, trouble, run } = useAction()
  const params = { path: { campaignId } }
  const change = (name: 'pause' | 'resume' | 'cancel') =>
    run(async () => {
      setAsking(false)
      onChanged(await answerOf(api.POST(`/v1/campaigns/{campaignId}/${name}`, { params })))
    })
  const isOver = state !== 'running' && state !== 'paused'
  return (
    <>
      {!isOver && (
        <div class="bar">
          {state === 'running' ? (
            <button disabled={isBusy} onClick={() => void change('pause')}>
              {t.campaigns.pause}
            </button>
          ) : (
            <button class="primary" disabled={isBusy} onClick={() => void change('resume')}>
              {t.campaigns.resume}
            </button>
          )}
          <button disabled={isBusy} onClick={() => setAsking(true)}>
            {t.campaigns.cancel}
          </button>
        </div>
      )}
      <Trouble text={trouble} />
      {isAsking && (
        <Ask
          title={t.campaigns.askEnd}
          yes={t.campaigns.yesEnd}
          isBusy={isBusy}
          onYes={() => void change('cancel')}
          onNo={() => setAsking(false)}
        >
          <p>{t.campaigns.endHint(progress.waiting)}</p>
        </Ask>
      )}
    </>
  )
}

/** Progress of each firmware, so that a bad one stands out. */
function Firmwares({ campaign: { firmwares, progress } }: { campaign: CampaignAnswer }) {
  const columns = slicesOf(progress)
  return (
    <section aria-label={t.campaigns.byFirmware}>
      <h2>{t.campaigns.byFirmware}</h2>
      <Table
        label={t.campaigns.progressByFirmware}
        columns={[
          t.campaigns.firmware,
          t.campaigns.progress,
          { title: t.campaigns.devicesColumn, look: 'number' },
          ...columns.map(({ name }) => ({ title: t.words.verdicts[name], look: 'number' as const })),
        ]}
      >
        {firmwares.map(({ firmware, ...own }) => (
          <tr key={firmware}>
            <th scope="row">
              <bdi>{firmware}</bdi>
            </th>
            <td>
              <ProgressBar progress={own} label={firmware} />
            </td>
            <td class="number">{own.devices}</td>
            {columns.map(({ name }) => (
              <td key={name} class="number">
                {countOf(own, name) || ''}
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </section>
  )
}

function Facts({ campaign }: { campaign: CampaignAnswer }) {
  const { perMinute, stopWhen, select, expiresInSeconds, createdAt, createdBy, endedAt } = campaign
  const titles = t.campaigns.facts
  const facts: readonly Fact[] = [
    [titles.command, commandText(campaign)],
    [titles.devices, selectText(select)],
    [titles.canary, canaryText(campaign)],
    [titles.speed, t.campaigns.perMinute(perMinute)],
    [titles.stops, stopText(stopWhen)],
    [titles.waits, t.campaigns.waitsFor(toSpan(expiresInSeconds * 1000))],
    [titles.made, t.campaigns.madeBy(toDayAndClock(Date.parse(createdAt)), createdBy)],
    [titles.ended, endedAt === null ? null : toDayAndClock(Date.parse(endedAt))],
  ]
  return <FactList look="wide" facts={facts} />
}

export function CampaignPage({ campaignId }: { campaignId: string }) {
  const params = { path: { campaignId } }
  const read = () => answerOf(api.GET('/v1/campaigns/{campaignId}', { params }))
  const { data: campaign, trouble, setData } = useAnswer(read, { everyMs: REFRESH_MS })
  return (
    <main class="plain">
      <p>
        <a href="#/campaigns">{t.campaigns.all}</a>
      </p>
      <Trouble text={trouble} />
      {campaign !== null && (
        <>
          <div class="bar">
            <h1>
              <bdi>{nameOf(campaign)}</bdi>
            </h1>
            <span class={`chip campaign-${campaign.state}`}>{t.words.campaigns[campaign.state]}</span>
            {campaign.danger !== 'harmless' && (
              <span class={`chip ${campaign.danger}`}>{t.words.dangers[campaign.danger]}</span>
            )}
          </div>
          <p role="status">
            {t.campaigns.meanings[campaign.state]} {reasonText(campaign)}
          </p>
          <Actions campaign={campaign} onChanged={setData} />
          <section aria-label={t.campaigns.progress} class="card">
            <p>{t.campaigns.concludedDevices(concludedOf(campaign.progress), campaign.progress.devices)}</p>
            <ProgressBar progress={campaign.progress} label={t.campaigns.progress} />
            <Legend progress={campaign.progress} />
          </section>
          <Facts campaign={campaign} />
          <Firmwares campaign={campaign} />
          <PartsTable campaign={campaign} />
        </>
      )}
    </main>
  )
}
